using System.Security.Cryptography;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>Many runs upon one another: chains of deltas become full, again and again.</summary>
public sealed class DeltaChainTests : IDisposable
{
    private const int BlockSize = 1 << 20;
    private const int Blocks = 32;
    private const int Page = 4096;
    private const int Runs = 60;

    /// <summary>The default.</summary>
    private const int Depth = 32;

    private readonly Estate _estate = new();
    private readonly Machine _machine;
    private readonly byte[] _disk = new byte[Blocks * BlockSize];
    private readonly Random _random = new(7);

    public DeltaChainTests()
    {
        _random.NextBytes(_disk);
        _machine = _estate.AddMachine("srv-db", ("disk0", _disk));
    }

    [Fact]
    public async Task Sixty_runs_of_scattered_pages_keep_to_their_bounds_and_read_back()
    {
        var nightly = _estate.BackupJob(blockSize: BlockSize);
        var source = await _estate.CreateAsync(nightly);
        var job = _estate.CopyJob(blockSize: BlockSize);
        var target = await _estate.CreateAsync(job);
        var states = new List<byte[]>();
        for (var run = 0; run <= Runs; run++)
        {
            await _estate.BackUpAsync(source, nightly, _machine);
            await _estate.CopyAsync(source, target, job, _machine.Id);
            states.Add(SHA256.HashData(_disk));
            for (var page = 0; page < Blocks; page++)
            {
                _random.NextBytes(_disk.AsSpan(_random.Next(_disk.Length / Page) * Page, Page));
            }
        }

        var frames = await FramesAsync(target);
        var sent = frames
            .Skip(1)
            .Select(run => run.Sum(frame => (double)frame.TotalLength) / (Blocks * Page))
            .ToArray();
        Assert.Equal(Runs, sent.Length);
        Assert.InRange(sent[0], 0.9, 1.1);
        Assert.InRange(sent.Average(), 1, 1.3);

        // With so few blocks a handful that go back in the same run make the worst run (4.03).
        Assert.InRange(sent.Max(), 1, 4.5);
        Assert.Equal(Depth, frames.SelectMany(run => run).Max(frame => frame.Depth));
        Assert.Equal(Deltas(await FramesAsync(source)), Deltas(frames));
        var points = target.Folder.State.Machines[_machine.Id].Points;
        foreach (var (point, state) in points.Zip(states.TakeLast(points.Length)))
        {
            Assert.Equal(state, SHA256.HashData(await Estate.ReadAsync(target, point.Id, "disk0")));
        }
    }

    [Fact]
    public async Task A_copy_looks_up_no_more_of_a_long_chain_than_its_end()
    {
        var nightly = _estate.BackupJob(blockSize: BlockSize);
        var source = await _estate.CreateAsync(nightly);
        var job = _estate.CopyJob(keep: 100, blockSize: BlockSize);
        var store = new MemoryObjectStore();
        var target = await _estate.CreateAsync(job, store);
        for (var run = 0; run < Depth / 4; run++)
        {
            _random.NextBytes(_disk.AsSpan(run * Page, Page));
            await _estate.BackUpAsync(source, nightly, _machine);
            await _estate.CopyAsync(source, target, job, _machine.Id);
        }

        var before = target.Folder.State.Segments.Keys.Select(segment => segment.ToString()).ToArray();
        var watched = new WatchedStore(store);
        _random.NextBytes(_disk.AsSpan(20 * Page, Page));
        await _estate.BackUpAsync(source, nightly, _machine);
        await _estate.CopyAsync(
            source,
            await _estate.OpenAsync(watched, _estate.OffSite),
            job,
            _machine.Id,
            targetSide: target
        );

        var read = watched.BytesRead.Keys.Count(name =>
            before.Any(segment => name.Contains(segment, StringComparison.Ordinal))
        );
        Assert.Equal(Depth / 4, before.Length);
        Assert.Equal(1, read);
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>What each run stored.</summary>
    private static async Task<List<IReadOnlyList<FrameInfo>>> FramesAsync(OpenBackup backup)
    {
        var runs = new List<IReadOnlyList<FrameInfo>>();
        foreach (var segment in backup.Folder.State.Segments.Values.OrderBy(segment => segment.Born))
        {
            runs.Add([.. (await backup.Frames.Tables.GetAsync(segment.Id, CancellationToken.None)).Frames]);
        }

        return runs;
    }

    private static List<(int, int)> Deltas(List<IReadOnlyList<FrameInfo>> runs) =>
        [
            .. runs.SelectMany(run => run)
                .Where(frame => frame.Base is not null)
                .Select(frame => (frame.Depth, frame.StoredLength)),
        ];
}
