using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Engine.Runs;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Copying;

/// <summary>One run of a copy job: a copied restore point of each machine.</summary>
/// <remarks>
/// <para>Only what differs from the machine's newest point at the target is read, encoded and sent: as a delta upon the
/// old version where the source still has that, as a reference where the target has the content elsewhere.</para>
/// </remarks>
/// <threadsafety>Machines may be run at the same time; begun and ended by one caller.</threadsafety>
public sealed class CopyRun : IDisposable
{
    private readonly OpenBackup _target;
    private readonly OpenBackup _targetSide;
    private readonly TransferCounter _transferred;
    private readonly RunContext _context;
    private readonly RunCheckpoints _checkpoints;
    private readonly DamagedBlocks _damaged;
    private readonly KnownBlocks _known;
    private readonly DiskTasks _tasks;

    private CopyRun(
        OpenBackup target,
        OpenBackup targetSide,
        TransferCounter transferred,
        DamagedBlocks damaged,
        RunContext context
    )
    {
        _damaged = damaged;
        _target = target;
        _targetSide = targetSide;
        _transferred = transferred;
        _context = context;
        _known = new KnownBlocks(target.Folder.Descriptor.BlockSize);
        _checkpoints = new RunCheckpoints(target.Folder, context);
        _tasks = new DiskTasks(context.Tasks);
    }

    /// <summary>Begins a run: finds what an interrupted one left.</summary>
    /// <param name="target">The job's backup, through the store whose transfers are counted; stays the caller's.</param>
    /// <param name="targetSide">The same backup as the target's side reads it for itself, not counted; stays the caller's.</param>
    /// <param name="transferred">The counter.</param>
    /// <param name="damaged">What failed the verification of the target.</param>
    /// <param name="context">The run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data and store errors.</exception>
    public static async Task<CopyRun> BeginAsync(
        OpenBackup target,
        OpenBackup targetSide,
        TransferCounter transferred,
        DamagedBlocks damaged,
        RunContext context,
        CancellationToken cancellationToken
    )
    {
        var run = new CopyRun(target, targetSide, transferred, damaged, context);
        await run._checkpoints.ResumeAsync(cancellationToken).ConfigureAwait(false);
        return run;
    }

    /// <summary>Copies one machine's restore point.</summary>
    /// <param name="estimate">What was planned.</param>
    /// <param name="cancellationToken">Cancels the run; the next one goes on where it was.</param>
    /// <returns>The new point.</returns>
    /// <exception cref="LonghaulException">job.backup-owned, store and data errors: this machine failed; also when what it would
    /// be built upon is damaged.</exception>
    public async Task<MachineOutcome> RunMachineAsync(CopyEstimate estimate, CancellationToken cancellationToken)
    {
        var machine = estimate.Machine;
        if (_damaged.FailureOf(machine.Target) is { } failure)
        {
            throw failure;
        }

        using var place = await _tasks.EnterAsync(cancellationToken).ConfigureAwait(false);
        await AskForKnownAsync(estimate.Wanted, cancellationToken).ConfigureAwait(false);
        var state = _target.Folder.State;
        var chain = state.Machines.GetValueOrDefault(machine.Target);
        var baseline = await CopyBaseline.FindAsync(machine, _target, cancellationToken).ConfigureAwait(false);
        var view = await machine.Source.Tables.ViewAsync(machine.Point.Id, cancellationToken).ConfigureAwait(false);
        var progress = _context.Progress?.Begin(machine.Name, "copying", estimate.ChangedBytes);
        var isAlone = machine.Full.Standalone;
        var known = new PointBlocks(isAlone ? new KnownBlocks(_target.Folder.Descriptor.BlockSize) : _known);
        var built = await new MachineCopy(
            _target,
            new DeltaBases(_target.Frames.Tables, _targetSide),
            known,
            new PointCheckpoints(_checkpoints, _context.CheckpointEvery, isAlone),
            _damaged,
            _tasks,
            _context
        )
            .RunAsync(machine, view, baseline, chain?.NextSequence ?? 1, place, progress, cancellationToken)
            .ConfigureAwait(false);
        if (built.Point.Root != machine.Point.Root)
        {
            throw Errors.CopyRootDiffers(machine.Name, machine.Point.Id);
        }

        var point = await PointCommit
            .CommitAsync(
                _target.Folder,
                built,
                machine.Full.Kind,
                machine.Full.Transform,
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
            BaselineFoundBy = baseline.FoundBy,
            Counts = built.Counts,
            Warnings = _damaged.CountOf(machine.Target) is > 0 and var count
                ?
                [
                    $"{count} damaged {(count == 1 ? "block of the seed was" : "blocks of the seed were")} sent again; restore points before this one may suffer "
                        + $"('longhaul backup verify {_target.Folder.Name} --data' names them)",
                ]
                : [],
        };
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

    /// <summary>Asks the target in one batch which contents it has anywhere in this backup.</summary>
    /// <remarks>The index is read on the target's side; what crosses is a 16-byte name per question, and per answer the
    /// frame's address.</remarks>
    private async ValueTask AskForKnownAsync(IReadOnlySet<Digest> wanted, CancellationToken cancellationToken)
    {
        const int NameSize = 16;
        const int AnswerSize = 24;
        if (wanted.Count == 0 || _targetSide.Folder.State.Points.FirstOrDefault() is null)
        {
            return;
        }

        await _targetSide.Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var found = await _known
            .LoadAsync(_targetSide.Tables, wanted, _damaged, cancellationToken)
            .ConfigureAwait(false);

        // What it knows may have come since this run looked: to be committed upon, it must be known here too.
        if (_targetSide.Folder.State.Number > _target.Folder.State.Number)
        {
            await _target.Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        _transferred.AddSent((long)wanted.Count * NameSize);
        _transferred.AddReceived((long)found * AnswerSize);
    }
}
