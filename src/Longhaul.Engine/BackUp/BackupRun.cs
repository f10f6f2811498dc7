using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Core.Selection;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Runs;
using Longhaul.Format.Points;
using Longhaul.Sources;
using Longhaul.Storage.State;

namespace Longhaul.Engine.BackUp;

/// <summary>One run of a backup job: a new restore point of each of its machines.</summary>
/// <threadsafety>Machines may be run at the same time; begun and ended by one caller.</threadsafety>
public sealed class BackupRun : IDisposable
{
    private readonly OpenBackup _target;
    private readonly RunContext _context;
    private readonly KnownBlocks _known;
    private readonly RunCheckpoints _checkpoints;
    private readonly DiskTasks _tasks;

    private BackupRun(OpenBackup target, RunContext context)
    {
        _target = target;
        _context = context;
        _known = new KnownBlocks(target.Folder.Descriptor.BlockSize);
        _checkpoints = new RunCheckpoints(target.Folder, context);
        _tasks = new DiskTasks(context.Tasks);
    }

    /// <summary>Begins a run: finds what the backup has, and what an interrupted run left.</summary>
    /// <param name="target">The job's backup; stays the caller's.</param>
    /// <param name="context">The run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data and store errors.</exception>
    public static async Task<BackupRun> BeginAsync(
        OpenBackup target,
        RunContext context,
        CancellationToken cancellationToken
    )
    {
        var run = new BackupRun(target, context);
        await run._checkpoints.ResumeAsync(cancellationToken).ConfigureAwait(false);
        run._known.LoadWhenAsked(target.Tables);
        return run;
    }

    /// <summary>Backs up one machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="asked">What this run was told about fulls.</param>
    /// <param name="cancellationToken">Cancels the run; the next one goes on where it was.</param>
    /// <returns>The new point.</returns>
    /// <exception cref="LonghaulException">disk.*, job.backup-owned, store and data errors: this machine failed.</exception>
    public async Task<MachineOutcome> RunMachineAsync(
        Machine machine,
        FullRequest asked,
        CancellationToken cancellationToken
    )
    {
        using var place = await _tasks.EnterAsync(cancellationToken).ConfigureAwait(false);
        await MachineHooks.BeforeAsync(_context, machine, cancellationToken).ConfigureAwait(false);
        MachineOutcome outcome;
        try
        {
            outcome = await MakePointAsync(machine, place, asked, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await TryAfterAsync(machine).ConfigureAwait(false);
            throw;
        }

        // Also when the run is cancelled: what the command before has frozen must not stay frozen.
        await MachineHooks.AfterAsync(_context, machine, succeeded: true, CancellationToken.None).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Runs the command after a machine that failed; its own failure does not hide why the machine did.</summary>
    private async ValueTask TryAfterAsync(Machine machine)
    {
        try
        {
            await MachineHooks
                .AfterAsync(_context, machine, succeeded: false, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (LonghaulException)
        {
            // The machine fails with the first error.
        }
    }

    private async Task<MachineOutcome> MakePointAsync(
        Machine machine,
        DiskTasks.Place place,
        FullRequest asked,
        CancellationToken cancellationToken
    )
    {
        var state = _target.Folder.State;
        var chain = state.Machines.GetValueOrDefault(machine.Id);
        var created = CreationTimes.After(_context.CreatedAt ?? _context.Clock.GetUtcNow(), chain?.Newest?.CreatedAt);
        var decision = FullPolicy.Decide(
            _context.Job,
            chain?.Newest is null,
            CountSinceFull(_context.Job, chain),
            asked,
            LongTermFulls.BeginsPeriod(_context.Job, chain?.Points ?? [], created.At)
        );
        var disks = new List<(string Id, IDiskSource Source)>();
        try
        {
            foreach (var disk in machine.Disks)
            {
                var source = await _context.OpenDisk(machine.Name, disk, cancellationToken).ConfigureAwait(false);
                disks.Add((disk.Id, source));
            }

            var progress = _context.Progress?.Begin(machine.Name, "backing up", disks.Sum(disk => disk.Source.Size));
            var known = new PointBlocks(
                decision.Standalone ? new KnownBlocks(_target.Folder.Descriptor.BlockSize) : _known
            );
            var built = await BuildAsync(
                    machine,
                    chain,
                    created.At,
                    disks,
                    place,
                    decision,
                    known,
                    progress,
                    cancellationToken
                )
                .ConfigureAwait(false);
            var point = await PointCommit
                .CommitAsync(
                    _target.Folder,
                    built,
                    decision.Kind,
                    decision.Transform,
                    _context.Job.Name,
                    _context.Session,
                    _context.Protect?.Invoke(),
                    cancellationToken
                )
                .ConfigureAwait(false);
            known.Commit();
            return new MachineOutcome
            {
                Machine = machine.Name,
                Point = point,
                BaselineFoundBy = chain?.Newest is null ? BaselineFoundBy.None : BaselineFoundBy.Digests,
                Counts = built.Counts,
                Warnings = created.Warning is { } warning ? [warning] : [],
            };
        }
        finally
        {
            foreach (var (_, source) in disks)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Ends a run in which every machine was done: its checkpoints are not needed any more.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public ValueTask EndAsync(CancellationToken cancellationToken) => _checkpoints.EndAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _tasks.Dispose();
        _checkpoints.Dispose();
    }

    private Task<BuiltPoint> BuildAsync(
        Machine machine,
        MachineState? chain,
        DateTimeOffset createdAt,
        List<(string Id, IDiskSource Source)> disks,
        DiskTasks.Place place,
        FullDecision decision,
        PointBlocks known,
        IMachineProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var isFull = decision.Kind == NewPointKind.ActiveFull || decision.Standalone;
        var isDue = !isFull && FullTables.IsDue(chain);
        var identity = new PointIdentity
        {
            Id = PointId.New(),
            Machine = machine.Id,
            MachineName = machine.Name,
            Sequence = chain?.NextSequence ?? 1,
            LastFull = isDue ? FullTables.LastFull(chain!) : 0,
            CreatedAt = createdAt,
            Job = _context.Job.Id,
            WrittenBy = _context.Origin,
            Consistency = _context.Job.Before is null ? Consistency.Crash : Consistency.Application,
        };
        var backup = new MachineBackup(
            _target.Folder,
            _target.Tables,
            _target.Frames,
            known,
            new PointCheckpoints(_checkpoints, _context.CheckpointEvery, decision.Standalone),
            _tasks,
            _context
        );
        return backup.RunAsync(
            identity,
            disks,
            place,
            isFull || isDue,
            decision.Standalone,
            progress,
            cancellationToken
        );
    }

    /// <summary>How many points were made since the last fulls.</summary>
    /// <remarks>The table of an active full is complete, and others say where the last one was. A full that a merge made is the
    /// oldest, and does not count.</remarks>
    /// <param name="job">The job.</param>
    /// <param name="chain">The machine's chain; null when it has none.</param>
    public static PointsSinceFull CountSinceFull(JobDefinition job, MachineState? chain)
    {
        if (chain?.Newest is not { } newest)
        {
            return new PointsSinceFull(Active: 0, Any: 0);
        }

        var active = FullTables.LastFull(chain);
        var any =
            job.Method == BackupMethod.Reverse
                ? active
                : chain.Points.Skip(1).LastOrDefault(point => point.Kind == PointKind.Full)?.Sequence ?? active;
        return new PointsSinceFull(CountFrom(active), CountFrom(Math.Max(active, any)));

        int CountFrom(long sequence) => (int)Math.Min(int.MaxValue, newest.Sequence - sequence);
    }
}
