using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Cli.Hosting;

/// <summary>What commands that touch repositories need beside the catalog.</summary>
internal static class EngineContext
{
    /// <summary>The catalog, the home and the repositories in one.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="passwordFile">Where a password stands that is only to open what is there; null for none.</param>
    /// <exception cref="LonghaulException">file.unreadable, usage.invalid.</exception>
    public static Workplace Workplace(this CommandContext context, string? passwordFile = null) =>
        new(context.Catalog, new LonghaulHome(context.Options.Home), context.TimeProvider)
        {
            Opener = context.Repositories,
            Keyring = passwordFile is null
                ? context.Keyring
                : new Keyring(context.Options.Passwords)
                {
                    ToOpen = [PasswordFiles.Read(passwordFile), .. context.Options.TypedToOpen],
                    TypedForNew = context.Options.TypedForNew,
                },
        };

    /// <summary>Finds a job by what stands on the line.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="name">Name, id, or the beginning of an id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<JobDefinition> FindJobAsync(
        this CommandContext context,
        string name,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        return await NameResolver.JobAsync(view, name, cancellationToken);
    }

    /// <summary>Finds a backup by what stands on the line.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="name">Name, <c>REPOSITORY/NAME</c>, id, or the beginning of an id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<BackupEntry> FindBackupAsync(
        this CommandContext context,
        string name,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        return await NameResolver.BackupAsync(view, name, cancellationToken);
    }

    /// <summary>Looks whether a backup's folder went on since the catalog saw it, and catches up.</summary>
    /// <param name="context">The command's context; is warned when the folder is out of reach.</param>
    /// <param name="entry">The backup as the catalog has it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The backup as it is; <paramref name="entry"/> when its folder is out of reach.</returns>
    public static async Task<BackupEntry> CatchUpAsync(
        this CommandContext context,
        BackupEntry entry,
        CancellationToken cancellationToken
    )
    {
        var workplace = context.Workplace();
        try
        {
            using var backup = await workplace.OpenBackupAsync(entry, cancellationToken);
            return await workplace.Cache.CatchUpAsync(backup, cancellationToken);
        }
        catch (LonghaulException error) when (error.Code is "store.unreachable" or "backup.not-found")
        {
            context.Warn($"{error.Message}; shown is what was seen last");
            return entry;
        }
    }

    /// <summary>The names of all repositories, by id.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<IReadOnlyDictionary<RepositoryId, string>> RepositoryNamesAsync(
        this CommandContext context,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var entries = await view.Repositories.ListAsync(cancellationToken);
        return entries.ToDictionary(entry => entry.Id, entry => entry.Name);
    }
}
