using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
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
    /// <param name="asked">What the run is told about fulls.</param>
    /// <param name="doneWithout">Locked sources that the run is to do without, as the error's <c>backup</c> names them: their
    /// machines fail in it. It cannot do without all of them.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">job.password: for its new backup; backup.locked: for its own, or a source, with the machines
    /// that fail without it in <c>without</c> where there are others; what finding them throws.</exception>
    public async Task RequireAsync(
        JobDefinition job,
        FullRequest asked,
        IReadOnlyList<string> doneWithout,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(doneWithout);
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        using var own = await new JobBackup(workplace)
            .FindAsync(job, repository, wire: null, cancellationToken)
            .ConfigureAwait(false);
        _ = own?.Folder.WritingKey;
        if (own is null && job.Encrypt && workplace.Keyring.ForNewOf(job) is null)
        {
            throw Errors.JobPassword(job.Name);
        }

        if (job.IsCopy)
        {
            await RequireSourcesAsync(job, own, asked, doneWithout, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RequireSourcesAsync(
        JobDefinition job,
        OpenBackup? own,
        FullRequest asked,
        IReadOnlyList<string> doneWithout,
        CancellationToken cancellationToken
    )
    {
        using var opened = new OpenBackups(workplace);
        await new SourceFinder(workplace, opened).FindAsync(job, cancellationToken).ConfigureAwait(false);
        if (!opened.All.Any(source => source.Folder.IsLocked))
        {
            return;
        }

        // What the run itself will find: a source that has nothing to copy at present needs no password.
        var plan = await new CopyPlanner(workplace, opened)
            .PlanAsync(job, own, asked, freeBytes: null, cancellationToken)
            .ConfigureAwait(false);
        var failing = plan
            .Machines.Where(machine => machine is { Error.Code: "backup.locked", Selection.Source: not null })
            .GroupBy(machine => opened.Find(machine.Selection.Source!).Folder);
        foreach (var source in failing)
        {
            var what = $"backup '{source.Key.Name}'";
            if (!doneWithout.Contains(what))
            {
                string[] machines = [.. source.Select(machine => machine.Machine.Name)];
                throw Errors.BackupLocked(what, source.Key.Hints, source.Key.LockedRemark, machines);
            }
        }
    }
}
