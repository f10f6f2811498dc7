using Longhaul.Catalog.Sessions;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Retaining;

/// <summary>Finds the machines that were a job's and are no more.</summary>
/// <remarks>Machines whose newest point another job wrote are foreign: they came with the seed, and are never touched.</remarks>
/// <param name="workplace">The catalog, whose sessions tell when a machine was last worked on, and how.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class Departures(Workplace workplace)
{
    /// <summary>Finds them.</summary>
    /// <param name="job">The job.</param>
    /// <param name="state">The job's backup.</param>
    /// <param name="present">The machines that are the job's, by its ids and by the backup's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task<IReadOnlyList<DepartedMachine>> FindAsync(
        JobDefinition job,
        BackupState state,
        IReadOnlySet<MachineId> present,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var found = new List<DepartedMachine>();
        var awaited = await AwaitedPoints.FindOnTheirWayAsync(work, cancellationToken).ConfigureAwait(false);
        foreach (var machine in state.Machines.Values.Where(machine => machine.Newest?.Job == job.Id))
        {
            var id = job.Pairs.FirstOrDefault(pair => pair.SeedMachine == machine.Id)?.Machine ?? machine.Id;
            if (present.Contains(machine.Id) || present.Contains(id))
            {
                continue;
            }

            var last = await work.Sessions.FindLastTaskAsync(job.Id, id, cancellationToken).ConfigureAwait(false);
            var failed =
                last?.Task.State is { } ended
                && ended is not (SessionState.Success or SessionState.Warning or SessionState.Idle);
            found.Add(new DepartedMachine(machine.Chain, new Departure(last?.MissedSince, failed), awaited));
        }

        return found;
    }

    /// <summary>The points that a run would remove, by the machine's name.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">The job's backup.</param>
    /// <param name="present">The machines that are the job's, by its ids and by the backup's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task<IReadOnlyList<(string Machine, PointRemoval Removal)>> FindRemovalsAsync(
        JobDefinition job,
        OpenBackup backup,
        IReadOnlySet<MachineId> present,
        CancellationToken cancellationToken
    )
    {
        if (job.DeletedAfter is null || RetentionPolicy.TryOf(job) is not { } policy)
        {
            return [];
        }

        var state = backup.Folder.State;
        var protection = new BackupProtection(workplace, backup);
        var gone = await FindAsync(job, state, present, cancellationToken).ConfigureAwait(false);
        return
        [
            .. gone.SelectMany(machine =>
                Plan(machine, state, policy, protection.Immutable(machine.Chain.Points, job))
                    .Remove.Select(removal => (machine.Chain.MachineName, removal))
            ),
        ];
    }

    /// <summary>What becomes of a machine's points.</summary>
    /// <param name="machine">A machine that was found.</param>
    /// <param name="state">The backup as it is; it has the machine.</param>
    /// <param name="policy">What the job keeps.</param>
    /// <param name="immutable">Points that cannot be removed yet.</param>
    internal RetentionPlan Plan(
        DepartedMachine machine,
        BackupState state,
        RetentionPolicy policy,
        IReadOnlySet<PointId> immutable
    ) =>
        DeparturePlanner.Plan(
            state.Machines[machine.Chain.MachineId].Points,
            policy,
            machine.Departure,
            workplace.Clock.GetUtcNow(),
            immutable,
            machine.Awaited
        );
}
