using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Copying;
using Longhaul.Engine.Points;
using Longhaul.Engine.Runs;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Runs;

/// <summary>One run of a copy job: plans, then copies its machines, a few at a time.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <param name="job">The job.</param>
/// <param name="session">The session.</param>
/// <param name="wire">The way to the target.</param>
/// <param name="book">Keeps the session's record.</param>
/// <param name="carried">Where a seed is made; null for the job's own repository.</param>
internal sealed class CopyJobRun(
    Workplace workplace,
    JobDefinition job,
    SessionId session,
    Wire wire,
    SessionBook book,
    CarriedTarget? carried
)
{
    private readonly RunConsent _consent = new(workplace, job);

    /// <summary>Runs.</summary>
    /// <param name="options">What the run is told.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The session, ended.</returns>
    internal async Task<SessionRecord> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        using var opened = new OpenBackups(workplace);
        var repository =
            carried?.Repository
            ?? await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        var backups = new JobBackup(workplace);
        var backup = await backups.FindAsync(job, repository, wire, cancellationToken).ConfigureAwait(false);
        try
        {
            var planner = new CopyPlanner(workplace, opened);
            if (
                carried is null
                && !options.Fulls.Full
                && await planner.PlanWaitingAsync(job, backup, freeBytes: null, cancellationToken).ConfigureAwait(false)
                    is { } waiting
            )
            {
                NoteOthers(waiting);
                return await book.EndAsync(bottleneck: null, CancellationToken.None).ConfigureAwait(false);
            }

            var plan = await planner
                .PlanAsync(job, backup, options.Fulls, freeBytes: null, cancellationToken)
                .ConfigureAwait(false);
            if (carried is not null)
            {
                await carried.PlannedAsync(plan, cancellationToken).ConfigureAwait(false);
            }

            plan = await _consent.RefuseUnannouncedAsync(plan, options, cancellationToken).ConfigureAwait(false);
            NoteOthers(plan);
            var due = plan.Machines.Where(machine => machine is { HasWork: true, Error: null }).ToArray();
            var bottleneck = (string?)null;
            if (due.Length > 0 || plan.Departed.Count > 0)
            {
                var origin = await OriginAsync(opened, cancellationToken).ConfigureAwait(false);
                backup ??= await CreateAsync(backups, repository, due[0], origin, cancellationToken)
                    .ConfigureAwait(false);
                await RememberAsync(backups, backup, cancellationToken).ConfigureAwait(false);
                bottleneck = await RunAsync(plan, due, origin, repository, backup, options, cancellationToken)
                    .ConfigureAwait(false);
            }
            else if (backup is not null && carried is null)
            {
                // The run before may have been killed after its commit, and the catalog not know of its point.
                await backups.RememberAsync(job, backup, cancellationToken).ConfigureAwait(false);
                await new SeedCheck(workplace)
                    .LetGoAsync(job, backup, TargetsOf(plan.Machines), cancellationToken)
                    .ConfigureAwait(false);
                await ProtectIdleAsync(repository, backup, options, cancellationToken).ConfigureAwait(false);
                await workplace.Cache.CatchUpAsync(backup, cancellationToken).ConfigureAwait(false);
            }

            return await book.EndAsync(bottleneck, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            backup?.Dispose();
        }
    }

    /// <summary>Also when there is nothing to copy, points come under protection or out of it.</summary>
    private async ValueTask ProtectIdleAsync(
        OpenRepository repository,
        OpenBackup backup,
        RunOptions options,
        CancellationToken cancellationToken
    )
    {
        if (job.ImmutableFor is null && backup.Folder.State.ProtectedTime is null)
        {
            return;
        }

        var target = await TargetSession
            .BeginAsync(
                workplace,
                job,
                backup,
                options.TrustClock,
                repository.OnlyAdds,
                isCarried: false,
                cancellationToken
            )
            .ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            await target.ReclaimAsync(repository, wire, session, book, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A seed is not the job's backup yet: it becomes that at the target.</summary>
    private ValueTask RememberAsync(JobBackup backups, OpenBackup backup, CancellationToken cancellationToken) =>
        carried is null ? backups.RememberAsync(job, backup, cancellationToken) : ValueTask.CompletedTask;

    private async Task<OpenBackup> CreateAsync(
        JobBackup backups,
        OpenRepository repository,
        MachinePlan first,
        BackupOrigin origin,
        CancellationToken cancellationToken
    )
    {
        var blockSize = first.Estimate!.Machine.Source.Folder.Descriptor.BlockSize;
        var backup = await backups
            .CreateAsync(job, repository, origin, blockSize, wire, cancellationToken)
            .ConfigureAwait(false);
        book.NoteFolder(backup.Folder.Name);
        return backup;
    }

    private async Task<string> RunAsync(
        CopyJobPlan plan,
        MachinePlan[] due,
        BackupOrigin origin,
        OpenRepository repository,
        OpenBackup backup,
        RunOptions options,
        CancellationToken cancellationToken
    )
    {
        var target = await TargetSession
            .BeginAsync(
                workplace,
                job,
                backup,
                options.TrustClock,
                repository.OnlyAdds,
                isCarried: carried is not null,
                cancellationToken
            )
            .ConfigureAwait(false);
        var disks = due.Sum(machine => machine.Estimate?.Machine.Point.Disks.Count ?? 0);
        var context = target.Context(session, origin, disks, options);
        await using (target.ConfigureAwait(false))
        {
            await target.ProtectAsync(repository, wire, book, cancellationToken).ConfigureAwait(false);

            // What the target's side reads for itself, to answer for known blocks and to check bases, does not cross the wire.
            using var targetSide = await repository
                .OpenTargetSideAsync(backup.Folder.Name, wire, cancellationToken)
                .ConfigureAwait(false);
            var seed = new SeedCheck(workplace);
            var damaged = due.Any(machine => machine.Estimate is not null)
                ? await seed.FindDamageAsync(
                        targetSide,
                        TargetsOf(due.Where(machine => machine.Estimate is not null)),
                        options.Progress,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
                : DamagedBlocks.None;
            using var run = await CopyRun
                .BeginAsync(backup, targetSide, wire.Counter, damaged, context, cancellationToken)
                .ConfigureAwait(false);
            book.Expect(due.Select(machine => machine.Machine.Id));
            var allDone = await MachineTasks
                .RunAsync(
                    due,
                    context.Tasks,
                    (machine, token) => RunMachineAsync(run, machine, token),
                    cancellationToken
                )
                .ConfigureAwait(false);

            await target
                .RetainAsync(
                    due.Select(machine => (machine.Machine.Id, machine.Target)),
                    book,
                    session,
                    cancellationToken
                )
                .ConfigureAwait(false);

            await target.RetainDepartedAsync(plan.Present, book, session, cancellationToken).ConfigureAwait(false);

            if (allDone)
            {
                await run.EndAsync(cancellationToken).ConfigureAwait(false);
                var copied = TargetsOf(due.Where(machine => machine.Estimate is not null));
                await seed.EndAsync(backup, damaged, copied, cancellationToken).ConfigureAwait(false);
            }

            await seed.LetGoAsync(job, backup, TargetsOf(plan.Machines), cancellationToken).ConfigureAwait(false);
            await target.ReclaimAsync(repository, wire, session, book, cancellationToken).ConfigureAwait(false);
            workplace.Tables.Trim();
        }

        return context.Load.Bottleneck;
    }

    /// <summary>The machines by the backup's ids.</summary>
    private static HashSet<MachineId> TargetsOf(IEnumerable<MachinePlan> machines) =>
        machines.Select(machine => machine.Target).ToHashSet();

    private async Task<bool> RunMachineAsync(CopyRun run, MachinePlan machine, CancellationToken cancellationToken)
    {
        var transferred = wire.Counter.BeginShare();
        try
        {
            var outcome = machine.Estimate is { } estimate
                ? await CopyAsync(run, estimate, cancellationToken).ConfigureAwait(false)
                : Idle(machine);
            await _consent.SpendAsync(machine, cancellationToken).ConfigureAwait(false);
            book.Add(machine.Machine.Id, outcome, carried is null ? transferred.Total : 0);
            return true;
        }
        catch (LonghaulException error)
        {
            book.AddFailure(machine.Machine.Id, machine.Machine.Name, error, carried is null ? transferred.Total : 0);
            return false;
        }
    }

    /// <summary>Copies one point while nobody reclaims at its source.</summary>
    private async Task<MachineOutcome> CopyAsync(
        CopyRun run,
        CopyEstimate estimate,
        CancellationToken cancellationToken
    )
    {
        var lease = await workplace
            .TryLeaseReaderAsync(estimate.Machine.Source, job.Name, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await run.RunMachineAsync(estimate, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (lease is not null)
            {
                await lease.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static MachineOutcome Idle(MachinePlan machine) =>
        new()
        {
            Machine = machine.Machine.Name,
            IdleReason = machine.Selection.IdleReason ?? "no restore point to copy",
        };

    /// <summary>Notes the machines this run has nothing to do for: idle ones and those with an error.</summary>
    private void NoteOthers(CopyJobPlan plan)
    {
        foreach (var machine in plan.Machines)
        {
            if (machine.Error is { } error)
            {
                book.AddFailure(machine.Machine.Id, machine.Machine.Name, error, transferred: 0);
            }
            else if (!machine.HasWork)
            {
                book.Add(machine.Machine.Id, Idle(machine), transferred: 0);
            }
        }
    }

    private ValueTask<BackupOrigin> OriginAsync(OpenBackups opened, CancellationToken cancellationToken) =>
        new SourceFinder(workplace, opened).FindOriginAsync(job, cancellationToken);
}
