using Longhaul.Catalog;
using Longhaul.Catalog.Passwords;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;

namespace Longhaul.Jobs.Passwords;

/// <summary>The passwords that are kept, as the catalog had them: sealed, and opened one by one as they are needed.</summary>
/// <remarks>Nothing here throws when they cannot be read: they are then of no help, and whoever needed one says why.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class KeptPasswords
{
    private readonly Dictionary<KeptFor, KeptPassword> _kept;
    private readonly IReadOnlyList<JobDefinition> _jobs;
    private readonly Lazy<(KeepingKey? Key, string? Trouble)> _key;

    private KeptPasswords(
        Dictionary<KeptFor, KeptPassword> kept,
        IReadOnlyList<JobDefinition> jobs,
        Lazy<(KeepingKey? Key, string? Trouble)> key
    ) => (_kept, _jobs, _key) = (kept, jobs, key);

    /// <summary>Reads what the catalog has.</summary>
    /// <param name="work">The catalog.</param>
    /// <param name="home">Where the key file is.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async ValueTask<KeptPasswords> ReadAsync(
        ICatalogWork work,
        LonghaulHome home,
        CancellationToken cancellationToken
    )
    {
        var kept = await work.KeptPasswords.ListAsync(cancellationToken).ConfigureAwait(false);
        var jobs = kept.Any(one => one.For.Job is not null)
            ? await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false)
            : [];
        var byUse = kept.ToDictionary(one => one.For);
        return new KeptPasswords(
            byUse,
            [.. jobs.Where(job => byUse.ContainsKey(KeptFor.OfJob(job.Id)))],
            new(() => Read(new PasswordKeyFile(home.PasswordKey)))
        );
    }

    /// <summary>The same, knowing a job as it is now: which backup is its own.</summary>
    /// <param name="job">The job.</param>
    public KeptPasswords Knowing(JobDefinition job) =>
        Has(job.Id) ? new KeptPasswords(_kept, [.. _jobs.Where(other => other.Id != job.Id), job], _key) : this;

    /// <summary>Whether something is kept for a job.</summary>
    /// <param name="job">The job.</param>
    public bool Has(JobId job) => _kept.ContainsKey(KeptFor.OfJob(job));

    /// <summary>What is kept for a job.</summary>
    /// <param name="job">The job.</param>
    /// <returns>Null when nothing is.</returns>
    public KeptCandidate? Find(JobDefinition job) =>
        _kept.TryGetValue(KeptFor.OfJob(job.Id), out var kept) ? Open(kept, $"job '{job.Name}'") : null;

    /// <summary>What is kept for a backup in its repository, and for the jobs whose own it is.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="backup">The backup.</param>
    public IReadOnlyList<KeptCandidate> Of(RepositoryId repository, BackupId backup)
    {
        var own = _kept.TryGetValue(KeptFor.OfBackup(repository, backup), out var kept)
            ? Open(kept, "this backup")
            : null;
        return
        [
            .. own is null ? [] : new[] { own },
            .. _jobs
                .Where(job => job.Repository == repository && BackupOf(job) == backup)
                .Select(Find)
                .OfType<KeptCandidate>(),
        ];
    }

    /// <summary>What is kept for a backup in other repositories: it may have been carried from there.</summary>
    /// <param name="repository">The repository in which it is to be opened.</param>
    /// <param name="backup">The backup.</param>
    public IReadOnlyList<KeptCandidate> Elsewhere(RepositoryId repository, BackupId backup) =>
        [
            .. _kept
                .Values.Where(one => one.For.Backup == backup && one.For.Repository != repository)
                .Select(one => Open(one, "this backup")),
            .. _jobs
                .Where(job => job.Repository != repository && BackupOf(job) == backup)
                .Select(Find)
                .OfType<KeptCandidate>(),
        ];

    /// <summary>A job's own backup, also while that is a seed on its way.</summary>
    private static BackupId? BackupOf(JobDefinition job) => job.Backup ?? job.AwaitedSeed?.Backup;

    private KeptCandidate Open(KeptPassword kept, string whom)
    {
        var (key, trouble) = _key.Value;
        var password = key?.Open(kept.Sealed.Span, kept.For.ToString());
        return new KeptCandidate(
            kept.For,
            whom,
            password,
            password is null ? trouble ?? "the home's key file is another than it was sealed under" : null
        );
    }

    private static (KeepingKey? Key, string? Trouble) Read(PasswordKeyFile file)
    {
        try
        {
            return file.Find() is { } key ? (key, null) : (null, $"the key file {file.Path} is gone");
        }
        catch (LonghaulException error)
        {
            return (null, error.Message);
        }
    }
}
