using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Verifying;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Repairing;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>One verification.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class VerifyRun : IDisposable
{
    private readonly BackupFolder _folder;
    private readonly IRunProgress? _progress;
    private readonly PointTables _tables;
    private readonly FrameReader _frames;
    private readonly DamageList _damaged = new();
    private readonly FrameFaults _faults = new();
    private readonly List<(MachineState Machine, List<RestorePoint> Sound)> _chains = [];
    private BackupState _state = BackupState.None;
    private FrameCheck? _frameCheck;
    private long _blocks;
    private long _tableBytes;
    private IReadOnlySet<SegmentId> _chosen = new HashSet<SegmentId>();
    private HashSet<SegmentId> _verified = [];

    /// <summary>Begins.</summary>
    /// <param name="folder">The backup; stays the caller's.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    internal VerifyRun(BackupFolder folder, IRunProgress? progress)
    {
        _folder = folder;
        _progress = progress;
        _tables = new PointTables(folder);
        _frames = new FrameReader(folder);
    }

    /// <summary>Checks log, tables, segments' tables, and that every frame needed is there.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask CheckStructureAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        _state = _folder.State;
        await new LogCheck(_folder, _state, _damaged).RunAsync(cancellationToken).ConfigureAwait(false);
        _frameCheck = new FrameCheck(_folder, _state, _frames.Tables, _faults);
        await _frameCheck.CheckFilesAsync(cancellationToken).ConfigureAwait(false);
        var tableCheck = new TableCheck(_tables, _state, _damaged);
        foreach (var machine in _state.Machines.Values)
        {
            _ = _progress?.Begin(machine.Name, "verifying", 0);
            var sound = await tableCheck.RunAsync(machine, cancellationToken).ConfigureAwait(false);
            _chains.Add((machine, sound));
            await WalkAsync(sound, begin: null, Reach, cancellationToken).ConfigureAwait(false);
        }

        await _frameCheck.CheckReachedAsync(cancellationToken).ConfigureAwait(false);
        _blocks = _frameCheck.Reached;
        _tableBytes = tableCheck.BytesRead;

        ValueTask Reach(PageHistory page)
        {
            _frameCheck.Reach(page);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Checks every frame that is needed of some segments, and every version of a block that is stored there; after
    /// the structure.</summary>
    /// <param name="choose">Which of the segments there are.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask CheckDataAsync(
        Func<IReadOnlyList<StoredSegment>, IReadOnlySet<SegmentId>> choose,
        CancellationToken cancellationToken
    )
    {
        var frameCheck = _frameCheck ?? throw new InvalidOperationException("The structure was not checked.");
        _chosen = choose(BackupVerifier.SegmentsOf(_state));
        using var blockCheck = new BlockCheck(_frames, _state, _faults, _chosen);
        foreach (var (machine, sound) in _chains)
        {
            var bytes = await frameCheck.BytesNeededAsync(machine.Id, _chosen, cancellationToken).ConfigureAwait(false);
            blockCheck.Progress = _progress?.Begin(machine.Name, "verifying", bytes);
            await WalkAsync(
                    sound,
                    begin: null,
                    page => new(blockCheck.CheckAsync(page, cancellationToken)),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        await blockCheck.CheckRestAsync(frameCheck.Needed, cancellationToken).ConfigureAwait(false);
        _blocks = blockCheck.Blocks;

        // What a table that cannot be read needs was not looked at: then nothing is called good.
        _verified =
            _damaged.Count == 0
                ?
                [
                    .. _chosen.Where(segment =>
                        !_faults.IsUnusable(segment) && !_faults.IsAnyIn(segment) && !blockCheck.IsUndecided(segment)
                    ),
                ]
                : [];
    }

    /// <summary>Takes over which frames somebody else has found broken; after the structure.</summary>
    /// <param name="broken">The frames.</param>
    internal void TakeOver(IEnumerable<FrameAddress> broken)
    {
        foreach (var frame in broken.Where(frame => _state.Segments.ContainsKey(frame.Segment)))
        {
            var file = _frames.Tables.FileOf(frame.Segment);
            _faults.Add(frame, new Fault(file, 0, $"the checksum of frame {frame.Number} does not match"));
        }
    }

    /// <summary>Damage to other things than stored blocks; before the report is made.</summary>
    internal DamageList Structural => _damaged;

    /// <summary>Finds the versions of blocks that cannot be read; after the data.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<FoundHurt> FindHurtAsync(CancellationToken cancellationToken)
    {
        var (found, replaceable, kept) = (
            new List<HurtBlock>(),
            new HashSet<FrameAddress>(),
            new HashSet<FrameAddress>()
        );
        foreach (var (machine, sound) in _faults.IsEmpty ? [] : _chains)
        {
            HurtBlocks? hurt = null;
            await WalkAsync(
                    sound,
                    () => hurt = new HurtBlocks(machine.Name, _state, _frames.Tables, _faults),
                    page => hurt!.LookAsync(page, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            found.AddRange(hurt!.Found);
            replaceable.UnionWith(hurt.Replaceable);
            kept.UnionWith(hurt.Kept);
        }

        return new FoundHurt(
            found,
            frame => _faults.IsBroken(frame) || (_faults.HasOtherContent(frame) && !kept.Contains(frame)),
            replaceable.Contains
        );
    }

    /// <summary>Finds who suffers.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<VerifyReport> ReportAsync(CancellationToken cancellationToken)
    {
        if (!_faults.IsEmpty)
        {
            await BlameAsync(cancellationToken).ConfigureAwait(false);
        }

        return new VerifyReport
        {
            PointsChecked = _state.Points.Count(),
            BlocksChecked = _blocks,
            BytesRead = _tableBytes + _frames.BytesRead,
            Verified = _verified,
            Chosen = _chosen,
            Damaged = _damaged.Listed,
            DamagedUnlisted = _damaged.Unlisted,
            Suffering = [.. _state.Points.Select(point => point.Id).Where(_damaged.Suffering.Contains)],
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _frames.Dispose();

    private async ValueTask BlameAsync(CancellationToken cancellationToken)
    {
        var blamed = new List<(string Machine, Suffering Suffering)>();
        foreach (var (machine, sound) in _chains)
        {
            Suffering? suffering = null;
            await WalkAsync(
                    sound,
                    () => suffering = new Suffering(machine.Name, _state, _frames.Tables, _faults),
                    page => suffering!.LookAsync(page, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            blamed.Add((machine.Name, suffering!));
        }

        foreach (var (segment, fault) in _faults.Segments.OrderBy(pair => pair.Key))
        {
            var any = false;
            foreach (var (machine, suffering) in blamed)
            {
                var points = suffering.Of(segment).ToArray();
                if (points.Length > 0)
                {
                    any = true;
                    _damaged.Add(points, machine, fault);
                }
            }

            if (!any)
            {
                _damaged.Add([], null, fault);
            }
        }

        foreach (var (_, suffering) in blamed)
        {
            _damaged.Add(suffering.Blocks);
        }
    }

    private async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            // A record after the state that was opened: whoever opens the backup now cannot read it.
            _damaged.Add(_folder.State.Points, null, Fault.Of(error));
        }
    }

    /// <summary>Walks a machine's pages; begins anew when points were removed meanwhile.</summary>
    /// <param name="points">The points; those that are gone are taken out.</param>
    /// <param name="begin">Called at each beginning; null for nothing.</param>
    /// <param name="visit">Gets each page; the same again after a new beginning.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    private async ValueTask WalkAsync(
        List<RestorePoint> points,
        Action? begin,
        Func<PageHistory, ValueTask> visit,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            try
            {
                begin?.Invoke();
                var pages = new PageHistories(_tables, _state).ReadAsync(points, cancellationToken);
                await foreach (var page in pages.ConfigureAwait(false))
                {
                    await visit(page).ConfigureAwait(false);
                }

                return;
            }
            catch (LonghaulException error) when (Fault.IsRemoval(error))
            {
                await _folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
                if (points.RemoveAll(point => _folder.State.FindPoint(point.Id) is null) == 0)
                {
                    throw;
                }
            }
        }
    }
}
