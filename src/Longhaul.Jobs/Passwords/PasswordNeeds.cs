using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;

namespace Longhaul.Jobs.Passwords;

/// <summary>Finds out before a run which passwords it lacks, so that a person can be asked before anything has begun.</summary>
/// <param name="workplace">The catalog, the repositories and the passwords.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class PasswordNeeds(Workplace workplace)
{
    /// <summary>Makes sure that a run of a job would lack none.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">job.password: for its new backup; backup.locked: for its own, or a source; what finding
    /// them throws.</exception>
    public async Task RequireAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        using var own = await new JobBackup(workplace)
            .FindAsync(job, repository, wire: null, cancellationToken)
            .ConfigureAwait(false);
        _ = own?.Folder.WritingKey;
        if (own is null && job.Encrypt && workplace.Keyring.ForNewOf(job) is null)
        {
            throw Errors.JobPassword(job.Name);
        }

        if (!job.IsCopy)
        {
            return;
        }

        using var opened = new OpenBackups(workplace);
        await new SourceFinder(workplace, opened).FindAsync(job, cancellationToken).ConfigureAwait(false);
        foreach (var source in opened.All)
        {
            _ = source.Folder.WritingKey;
        }
    }
}
