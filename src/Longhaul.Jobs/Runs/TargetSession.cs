using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Protecting;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Retaining;
using Longhaul.Engine.Runs;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Retaining;
using Longhaul.Storage.Leases;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Runs;

/// <summary>A job's backup while a run writes to it: checked, leased, and thinned out afterwards.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class TargetSession : IAsyncDisposable
{
    private readonly Workplace _workplace;
    private readonly JobDefinition _job;
    private readonly Lease _lease;
    private readonly bool _isCarried;
    private readonly bool _onlyAdds;

    private TargetSession(
        Workplace workplace,
        JobDefinition job,
        OpenBackup backup,
        Lease lease,
        bool onlyAdds,
        bool isCarried
    )
    {
        _onlyAdds = onlyAdds;
        _isCarried = isCarried;
        _workplace = workplace;
        _job = job;
        Backup = backup;
        Protection = new BackupProtection(workplace, backup);
        _lease = lease;
    }

    /// <summary>The backup.</summary>
    internal OpenBackup Backup { get; }

    /// <summary>Which of its points cannot be removed yet.</summary>
    internal BackupProtection Protection { get; }

    /// <summary>Begins: nobody else writes, the folder is the one seen last, and its log has the job's definition.</summary>
    /// <param name="workplace">The catalog and the repositories.</param>
    /// <param name="job">The job.</param>
    /// <param name="backup">Its backup; stays the caller's.</param>
    /// <param name="trustClock">Whether a person says that the wall clock is right, so that protections end by it.</param>
    /// <param name="onlyAdds">Whether this machine may only add to it: nothing is removed or freed from here.</param>
    /// <param name="isCarried">Whether it is a seed in the making: nothing is removed from it, and the catalog, which knows what
    /// lies in repositories, is not told of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.busy, backup.rolled-back, backup.forked; store and data errors.</exception>
    internal static async Task<TargetSession> BeginAsync(
        Workplace workplace,
        JobDefinition job,
        OpenBackup backup,
        bool trustClock,
        bool onlyAdds,
        bool isCarried,
        CancellationToken cancellationToken
    )
    {
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.CheckHistoryAsync(backup, cancellationToken).ConfigureAwait(false);

        // The job knows by itself whether it encrypts: what the folder says can stop it, and never make it write plain.
        if (job.Encrypt != backup.Folder.State.KeyList is not null)
        {
            throw Errors.JobEncryption(job.Name, backup.Folder.Name, job.Encrypt);
        }

        // Refuses a locked one now, and not after a machine was read.
        _ = backup.Folder.WritingKey;
        var lease = await workplace
            .LeaseAsync(backup, LeasePurpose.Writer, job.Name, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await new JobBackup(workplace).RecordDefinitionAsync(job, backup, cancellationToken).ConfigureAwait(false);
            var target = new TargetSession(workplace, job, backup, lease, onlyAdds, isCarried);
            if (trustClock)
            {
                target.Protection.TrustWallClock();
            }

            if (!isCarried && target.Protection.TermsOf(job) is { } terms)
            {
                await PointProtection
                    .ProtectAsync(backup.Folder, job, terms(), cancellationToken)
                    .ConfigureAwait(false);
            }

            return target;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the steps of the run need to know.</summary>
    /// <param name="session">The run.</param>
    /// <param name="origin">What points of the run are written by.</param>
    /// <param name="disks">How many disks there are to work on.</param>
    /// <param name="options">What the run is told.</param>
    internal RunContext Context(SessionId session, BackupOrigin origin, int disks, RunOptions options) =>
        new()
        {
            Session = session,
            Job = _job,
            Origin = origin,
            Journal = _workplace.Journal,
            Clock = _workplace.Clock,
            Protect = _isCarried ? null : Protection.TermsOf(_job),
            Progress = options.Progress,
            Tasks = Math.Clamp(disks, 1, _job.MaxTasks),
        };

    /// <summary>Protects what runs before have left unprotected since they were cut off: not only when this one ends.</summary>
    /// <param name="repository">The repository the backup lies in.</param>
    /// <param name="wire">The way to it.</param>
    /// <param name="book">Notes what could not be protected.</param>
    /// <param name="cancellationToken">Cancels between files.</param>
    internal async ValueTask ProtectAsync(
        OpenRepository repository,
        Wire wire,
        SessionBook book,
        CancellationToken cancellationToken
    )
    {
        if (_isCarried || Backup.Folder.State.ProtectedTime is null)
        {
            return;
        }

        using var targetSide = await repository
            .OpenTargetSideAsync(Backup.Folder.Name, wire, cancellationToken)
            .ConfigureAwait(false);
        var report = await new BackupProtection(_workplace, targetSide)
            .SyncAsync(cancellationToken)
            .ConfigureAwait(false);
        if (report.Problem is { } problem)
        {
            book.NoteProtection(problem);
        }
    }

    /// <summary>Removes the points that the job's retention does not keep, of the machines that did not fail.</summary>
    /// <remarks>After all machines have their points: one may refer to what another's older point has.</remarks>
    /// <param name="machines">The machines, by the job's id and by the backup's.</param>
    /// <param name="book">Notes what was removed, and what failed.</param>
    /// <param name="session">The session that removes.</param>
    /// <param name="cancellationToken">Cancels the call; the next run goes on.</param>
    internal async ValueTask RetainAsync(
        IEnumerable<(MachineId Id, MachineId Target)> machines,
        SessionBook book,
        SessionId session,
        CancellationToken cancellationToken
    )
    {
        if (_isCarried || _onlyAdds)
        {
            return;
        }

        var awaited = await AwaitedPoints.FindAsync(_workplace, cancellationToken).ConfigureAwait(false);
        foreach (var machine in machines.Where(machine => !book.HasFailed(machine.Id)))
        {
            try
            {
                await RetainAsync(
                        machine.Target,
                        (state, policy) => Plan(state.Machines[machine.Target].Points, policy, awaited),
                        book,
                        session,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (LonghaulException error)
            {
                book.Fail(machine.Id, error);
            }
        }
    }

    /// <summary>Removes the points of machines that have left the job, when their time is over.</summary>
    /// <param name="present">The machines that are the job's, by its ids and by the backup's.</param>
    /// <param name="book">Notes what was removed, and what failed.</param>
    /// <param name="session">The session that removes.</param>
    /// <param name="cancellationToken">Cancels the call; the next run goes on.</param>
    internal async ValueTask RetainDepartedAsync(
        IReadOnlySet<MachineId> present,
        SessionBook book,
        SessionId session,
        CancellationToken cancellationToken
    )
    {
        if (_job.DeletedAfter is null || _isCarried || _onlyAdds)
        {
            return;
        }

        var departures = new Departures(_workplace);
        var gone = await departures
            .FindAsync(_job, Backup.Folder.State, present, cancellationToken)
            .ConfigureAwait(false);
        foreach (var machine in gone)
        {
            try
            {
                await RetainAsync(
                        machine.Chain.MachineId,
                        (state, policy) =>
                            departures.Plan(machine, state, policy, Protection.Immutable(machine.Chain.Points, _job)),
                        book,
                        session,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (LonghaulException error)
            {
                book.NoteDeparted(machine.Chain.MachineName, error);
            }
        }
    }

    private RetentionPlan Plan(
        IReadOnlyList<RestorePoint> points,
        RetentionPolicy policy,
        IReadOnlySet<PointId> awaited
    ) => RetentionPlanner.Plan(points, policy, Protection.Immutable(points, _job), awaited);

    private async ValueTask RetainAsync(
        MachineId machine,
        Func<BackupState, RetentionPolicy, RetentionPlan> decide,
        SessionBook book,
        SessionId session,
        CancellationToken cancellationToken
    )
    {
        var policy = RetentionPolicy.Of(_job);
        RetentionPlan? plan = null;
        var condemned = await new PointRemover(Backup.Folder, Backup.Tables, Backup.Frames.Tables)
            .RemoveAsync(
                state =>
                {
                    JobBackup.RequireOwner(_job, Backup, state);
                    plan = decide(state, policy);
                    return [plan.Edit];
                },
                "retention",
                session,
                cancellationToken
            )
            .ConfigureAwait(false);
        book.AddRemoved(Backup.Folder.State.Machines[machine].Name, plan!.Remove, condemned);
    }

    /// <summary>Frees what was removed long enough ago, on the target's own side.</summary>
    /// <param name="repository">The repository the backup lies in.</param>
    /// <param name="wire">The way to it.</param>
    /// <param name="session">The session that reclaims.</param>
    /// <param name="book">Notes what was freed, or why nothing was: the run's points are made, and the next run tries again.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask ReclaimAsync(
        OpenRepository repository,
        Wire wire,
        SessionId session,
        SessionBook book,
        CancellationToken cancellationToken
    )
    {
        if (_isCarried || _onlyAdds)
        {
            return;
        }

        try
        {
            var report = await ReclaimAsync(repository, wire, session, cancellationToken).ConfigureAwait(false);
            book.AddReclaimed(report.BytesFreed);
            if (report.ProtectionProblem is { } problem)
            {
                book.NoteProtection(problem);
            }
        }
        catch (LonghaulException error)
        {
            book.NoteReclaim(error);
        }
    }

    private async ValueTask<ReclaimReport> ReclaimAsync(
        OpenRepository repository,
        Wire wire,
        SessionId session,
        CancellationToken cancellationToken
    )
    {
        using var targetSide = await repository
            .OpenTargetSideAsync(Backup.Folder.Name, wire, cancellationToken)
            .ConfigureAwait(false);
        var options = new ReclaimOptions { OwnLeases = [_lease.Id], Session = session };
        var report = await new RepositorySpace(_workplace)
            .ReclaimAsync(targetSide, options, cancellationToken)
            .ConfigureAwait(false);
        await _workplace.Cache.CatchUpAsync(targetSide, cancellationToken).ConfigureAwait(false);
        await Backup.Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Lets go of the backup, and remembers what it says now.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_isCarried)
            {
                await _workplace.Cache.CatchUpAsync(Backup, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (LonghaulException)
        {
            // The cache is behind then, and whoever reads it catches up; the error that led here must not be hidden.
        }
        finally
        {
            await _lease.DisposeAsync().ConfigureAwait(false);
        }
    }
}
