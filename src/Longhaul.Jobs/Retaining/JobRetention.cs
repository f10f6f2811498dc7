using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Retaining;

/// <summary>Says of each restore point of a job's backup whether it stays, until when and why. Writes nothing.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class JobRetention(Workplace workplace)
{
    /// <summary>Decides as a run would that made no new point.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">job.backup-owned, job.time-zone; store and data errors of the target. A source
    /// out of reach is no error: the plan says so.</exception>
    public async Task<JobRetentionPlan> PlanAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        var policy = RetentionPolicy.Of(job);
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        using var backup = await new JobBackup(workplace)
            .FindAsync(job, repository, wire: null, cancellationToken)
            .ConfigureAwait(false);
        if (backup is null)
        {
            return new(policy, Backup: null, Note: null, []);
        }

        string? note = null;
        HashSet<MachineId> machines;
        try
        {
            machines = await MachinesAsync(job, backup, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error)
        {
            note = $"{error.Message}; taken for the job's are the machines whose newest point it wrote";
            machines =
            [
                .. backup
                    .Folder.State.Machines.Values.Where(machine => machine.Newest?.Job == job.Id)
                    .Select(machine => machine.Id),
            ];
        }

        var state = backup.Folder.State;
        var protection = new BackupProtection(workplace, backup);
        var awaited = await AwaitedPoints.FindAsync(workplace, cancellationToken).ConfigureAwait(false);
        var departures = new Departures(workplace);
        var departed = note is null
            ? await departures.FindAsync(job, state, machines, cancellationToken).ConfigureAwait(false)
            : [];
        return new(
            policy,
            backup.Folder.Name,
            note,
            [.. state.Machines.Values.Where(machine => machine.Points.Length > 0).Select(Retain)]
        );

        MachineRetention Retain(MachineState machine) =>
            machines.Contains(machine.Id)
                ? new(
                    machine.Chain,
                    MachineStanding.InJob,
                    RetentionPlanner.Plan(machine.Points, policy, protection.Immutable(machine.Points, job), awaited)
                )
            : departed.FirstOrDefault(gone => gone.Chain.MachineId == machine.Id) is { } gone
                ? new(
                    machine.Chain,
                    MachineStanding.Departed,
                    departures.Plan(gone, state, policy, protection.Immutable(machine.Points, job))
                )
            : new(machine.Chain, MachineStanding.Foreign, Plan: null);
    }

    /// <summary>The machines that are the job's, by its own ids and by those its backup knows them under.</summary>
    private async Task<HashSet<MachineId>> MachinesAsync(
        JobDefinition job,
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        if (!job.IsCopy)
        {
            var own = await JobMachines.OfAsync(workplace, job, cancellationToken).ConfigureAwait(false);
            return [.. own.Select(machine => machine.Id)];
        }

        using var opened = new OpenBackups(workplace);
        var found = await new SourceFinder(workplace, opened).FindAsync(job, cancellationToken).ConfigureAwait(false);
        var chains = backup.Folder.State.Machines.Values.Select(machine => machine.Chain).ToArray();
        var match = MachineMatcher.MatchRemembered(found, chains, job.Pairs);
        return [.. found.Select(machine => machine.Id), .. match.Matched.Select(machine => machine.Seed.MachineId)];
    }
}
