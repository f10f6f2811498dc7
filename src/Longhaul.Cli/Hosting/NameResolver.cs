using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Naming;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;

namespace Longhaul.Cli.Hosting;

/// <summary>Finds what the names and ids on a line mean; every method throws what a person must be told.</summary>
/// <remarks>All throw <see cref="LonghaulException"/>: <c>KIND.not-found</c>, name.ambiguous.</remarks>
internal static class NameResolver
{
    /// <summary>Finds a repository by name, id, or the beginning of its id.</summary>
    public static async Task<RepositoryEntry> RepositoryAsync(
        ICatalogWork work,
        string text,
        CancellationToken cancellationToken
    ) =>
        Only(
            Errors.RepositoryNotFound,
            text,
            (await work.Repositories.ListAsync(cancellationToken)).Select(entry => new NameCandidate<RepositoryEntry>(
                entry,
                entry.Id.ToString(),
                entry.Name,
                Repository: null
            ))
        );

    /// <summary>Finds a machine by name, id, or the beginning of its id.</summary>
    public static async Task<Machine> MachineAsync(
        ICatalogWork work,
        string text,
        CancellationToken cancellationToken
    ) =>
        Only(
            Errors.MachineNotFound,
            text,
            (await work.Machines.ListAsync(cancellationToken)).Select(machine => new NameCandidate<Machine>(
                machine,
                machine.Id.ToString(),
                machine.Name,
                Repository: null
            ))
        );

    /// <summary>Finds a job by name, id, or the beginning of its id.</summary>
    public static async Task<JobDefinition> JobAsync(
        ICatalogWork work,
        string text,
        CancellationToken cancellationToken
    ) =>
        Only(
            Errors.JobNotFound,
            text,
            (await work.Jobs.ListAsync(cancellationToken)).Select(job => new NameCandidate<JobDefinition>(
                job,
                job.Id.ToString(),
                job.Name,
                Repository: null
            ))
        );

    /// <summary>Finds a backup by name, <c>REPOSITORY/NAME</c>, id, or the beginning of its id, over all repositories.</summary>
    public static async Task<BackupEntry> BackupAsync(
        ICatalogWork work,
        string text,
        CancellationToken cancellationToken
    )
    {
        var repositories = (await work.Repositories.ListAsync(cancellationToken)).ToDictionary(entry => entry.Id);
        var backups = await work.Backups.ListAsync(repository: null, cancellationToken);
        return Only(
            Errors.BackupNotFound,
            text,
            backups.Select(backup => new NameCandidate<BackupEntry>(
                backup,
                backup.BackupId.ToString(),
                backup.Folder,
                repositories.GetValueOrDefault(backup.Repository)?.Name
            ))
        );
    }

    /// <summary>Finds a session by its id, or the beginning of it; whole.</summary>
    public static async Task<SessionRecord> SessionAsync(
        ICatalogWork work,
        string text,
        CancellationToken cancellationToken
    )
    {
        const int Enough = 20;
        var found = NameLookup.IsPrefix(text)
            ? await work.Sessions.FindByPrefixAsync(text.ToLowerInvariant(), Enough, cancellationToken)
            : [];
        var session = Only(
            Errors.SessionNotFound,
            text,
            found.Select(session => new NameCandidate<SessionRecord>(
                session,
                session.Id.ToString(),
                Name: null,
                Repository: null
            ))
        );
        return await work.Sessions.FindAsync(session.Id, cancellationToken) ?? throw Errors.SessionNotFound(text);
    }

    /// <summary>Checks that a text may be the name of a new thing.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>The same text.</returns>
    /// <exception cref="LonghaulException">name.invalid.</exception>
    public static string NewName(string text) => EntryName.IsValid(text) ? text : throw Errors.NameInvalid(text);

    /// <summary>The one candidate that a text means.</summary>
    /// <typeparam name="T">What is looked up.</typeparam>
    /// <param name="notFound">Makes the error when it means none.</param>
    /// <param name="text">What the person wrote.</param>
    /// <param name="candidates">Everything it may mean.</param>
    public static T Only<T>(
        Func<string, LonghaulException> notFound,
        string text,
        IEnumerable<NameCandidate<T>> candidates
    )
    {
        var match = NameLookup.Find(text, candidates);
        return match switch
        {
            { Only: { } only } => only.Value,
            { IsAmbiguous: true } => throw Errors.NameAmbiguous(text, Labels(match)),
            _ => throw notFound(text),
        };
    }

    // Labels that are alike do not help: then the ids tell.
    private static List<string> Labels<T>(NameMatch<T> match) =>
        match.Matches.Select(candidate => candidate.Label).Distinct().Count() == match.Matches.Count
            ? [.. match.Matches.Select(candidate => candidate.Label)]
            : [.. match.Matches.Select(candidate => candidate.Id)];
}
