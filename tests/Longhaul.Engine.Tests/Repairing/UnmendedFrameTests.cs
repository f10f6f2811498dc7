using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Repairing;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Repairing;

/// <summary>What was to be mended, and in the end could not be, is called neither mended nor whole.</summary>
public sealed class UnmendedFrameTests : IDisposable
{
    private readonly RepairSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_frame_that_was_to_be_mended_counts_as_damaged_though_its_checksum_is_sound()
    {
        var (_, far) = await _site.MakeAsync(isEncrypted: false);
        var backup = await _site.OpenAsync(far);
        var segment = backup.Folder.State.Segments.Values.MaxBy(one => one.Frames)!;
        var number = (await backup.Frames.Tables.GetAsync(segment.Id, Token)).Frames[1].Number;

        var again = await new SegmentRewriter(backup.Folder, backup.Frames.Tables).WriteAsync(
            segment,
            segment.Generation + 7,
            new MendedFrames(new HashSet<int> { number }, (_, _) => ValueTask.FromResult<FrameDraft?>(null)),
            Token
        );

        Assert.Equal([number], again!.Damaged);
    }

    [Fact]
    public async Task A_dry_run_promises_nothing_that_a_source_only_names()
    {
        var (near, store, source, frame) = await NobodyHasAsync();

        var dry = await RepairAsync(store, source, isDryRun: true);

        Assert.Equal((1, 0), (dry.Found, dry.BlocksMended));
        Assert.Single(dry.NotMended);
        var real = await _site.RepairAsync(store, source);
        Assert.Equal((0, 0, 0L), (real.BlocksMended, real.Segments, real.BytesWritten));
        Assert.Equal(dry.PointsMarked, real.PointsMarked);
        Assert.Equal(0, (await _site.OpenAsync(store)).Folder.State.Segments[frame.Segment].Generation - 1);
        await MendsAsync(store, near, real);
    }

    [Fact]
    public async Task A_source_that_fails_after_its_block_was_proved_takes_no_mark_away()
    {
        var (near, store, source, _) = await NobodyHasAsync();
        var marked = await _site.RepairAsync(store, source);
        Assert.NotEmpty(marked.PointsMarked);

        // It gives the block when it is asked whether it has it, and never again.
        var wanted = await LengthsAsync(near);
        var seen = new HashSet<(string, long)>();
        var failing = new WatchedStore(near)
        {
            FailingRead = (name, offset, length) =>
                wanted.Contains((name, offset, length)) && !seen.Add((name, offset))
                    ? Errors.DataDamaged(name, offset, "rotten since")
                    : null,
        };

        var report = await RepairAsync(store, failing, isDryRun: false);

        Assert.Equal(0, report.BlocksMended);
        Assert.Empty(report.PointsWhole);
        Assert.Empty(report.PointsMarked);
        Assert.Single(report.NotMended);
        var state = (await _site.OpenAsync(store)).Folder.State;
        Assert.Equal(
            marked.PointsMarked.Order(),
            state.Points.Where(point => !point.IsComplete).Select(point => point.Id).Order()
        );
        await MendsAsync(store, near, marked);
    }

    /// <summary>A copy with one damaged frame, and a source that names its content and has it damaged too.</summary>
    private async Task<(
        MemoryObjectStore Near,
        MemoryObjectStore Store,
        MemoryObjectStore Source,
        FrameAddress Frame
    )> NobodyHasAsync()
    {
        var (near, far) = await _site.MakeAsync(isEncrypted: false);
        var frames = (await Reachability.ReachedAsync(await _site.OpenAsync(far))).Keys.OrderBy(frame =>
            (frame.Segment, frame.Number)
        );
        var all = (await Reachability.ReachedAsync(await _site.OpenAsync(near))).Keys.ToArray();
        var source = await _site.DamageAsync(near, all);
        foreach (var frame in frames)
        {
            var store = await _site.DamageAsync(far, frame);
            if ((await RepairAsync(store, source, isDryRun: true)).NotMended.Count == 1)
            {
                return (near, store, source, frame);
            }
        }

        throw new InvalidOperationException("Every block stands there twice.");
    }

    private async Task<RepairReport> RepairAsync(IObjectStore store, IObjectStore source, bool isDryRun) =>
        await new BackupRepairer(
            await _site.OpenAsync(store),
            [await _site.OpenAsync(source)],
            CompressionLevel.Default,
            null
        ).RepairAsync(isDryRun, Token);

    private async Task MendsAsync(MemoryObjectStore store, MemoryObjectStore near, RepairReport marked)
    {
        var mended = await _site.RepairAsync(store, near);
        Assert.Equal(marked.PointsMarked.Order(), mended.PointsWhole.Order());
        await _site.CheckAsync(store);
    }

    /// <summary>Where the frames of a backup lie.</summary>
    private async Task<HashSet<(string File, long Offset, int Length)>> LengthsAsync(MemoryObjectStore store)
    {
        var backup = await _site.OpenAsync(store);
        var found = new HashSet<(string, long, int)>();
        foreach (var segment in backup.Folder.State.Segments.Values.Where(segment => !segment.IsDead))
        {
            var table = await backup.Frames.Tables.GetAsync(segment.Id, Token);
            found.UnionWith(
                table.Frames.Select(frame => (backup.Frames.Tables.FileOf(segment.Id), frame.Offset, frame.TotalLength))
            );
        }

        return found;
    }
}
