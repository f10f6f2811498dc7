using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Segments;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>Payloads go to the target as the source stores them, where that is right.</summary>
public sealed class StoredPassingTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();
    private readonly Machine _machine;
    private readonly byte[] _disk = new byte[8 * BlockSize];

    public StoredPassingTests()
    {
        // Text that each level compresses to another length.
        var random = new Random(5);
        for (var at = 0; at < _disk.Length; at++)
        {
            _disk[at] = (byte)
                "the quick brown fox jumps over the lazy dog, twice"[random.Next(3) == 0 ? random.Next(50) : at % 50];
        }

        _machine = _estate.AddMachine("srv-db", ("disk0", _disk));
    }

    [Theory]
    [InlineData(CompressionLevel.Auto, true)]
    [InlineData(CompressionLevel.High, false)]
    public async Task A_copy_that_names_no_level_takes_over_what_the_source_stores(CompressionLevel level, bool isSame)
    {
        var (source, target, job) = await MakeAsync(level);
        await _estate.CopyAsync(source, target, job, _machine.Id);
        Assert.Equal(isSame, await FramesAsync(source) == await FramesAsync(target));

        await ChangeAsync(source, block: 3);
        await _estate.CopyAsync(source, target, job, _machine.Id);
        Assert.Contains("ZstdDelta", await FramesAsync(target), StringComparison.Ordinal);
        Assert.Equal(isSame, await FramesAsync(source) == await FramesAsync(target));
        await IsWholeAsync(target);
    }

    [Fact]
    public async Task A_delta_upon_a_version_the_target_never_had_is_not_taken_over()
    {
        var (source, target, job) = await MakeAsync(CompressionLevel.Auto);
        await _estate.CopyAsync(source, target, job, _machine.Id);
        await ChangeAsync(source, block: 3);
        await ChangeAsync(source, block: 3);
        await ChangeAsync(source, block: 4);
        await _estate.CopyAsync(source, target, job, _machine.Id);

        Assert.NotEqual(await FramesAsync(source), await FramesAsync(target));
        await IsWholeAsync(target);
    }

    [Fact]
    public async Task The_target_keeps_to_its_own_depth()
    {
        var (source, target, job) = await MakeAsync(CompressionLevel.Auto);
        job = job with { DeltaDepth = 1 };
        await _estate.CopyAsync(source, target, job, _machine.Id);
        for (var run = 0; run < 4; run++)
        {
            await ChangeAsync(source, block: 2);
            await _estate.CopyAsync(source, target, job, _machine.Id);
        }

        Assert.All(await ListAsync(target), frame => Assert.InRange(frame.Depth, 0, 1));
        await IsWholeAsync(target);
    }

    public void Dispose() => _estate.Dispose();

    private async Task<(OpenBackup Source, OpenBackup Target, JobDefinition Job)> MakeAsync(CompressionLevel level)
    {
        _nightly = _estate.BackupJob() with { Compression = CompressionLevel.Fast };
        var source = await _estate.CreateAsync(_nightly);
        await _estate.BackUpAsync(source, _nightly, _machine);
        var job = _estate.CopyJob() with { Compression = level };
        return (source, await _estate.CreateAsync(job), job);
    }

    private JobDefinition? _nightly;
    private int _changes;

    private async Task ChangeAsync(OpenBackup source, int block)
    {
        new Random(++_changes).NextBytes(_disk.AsSpan((block * BlockSize) + (_changes * 4096), 2048));
        await _estate.BackUpAsync(source, _nightly!, _machine);
    }

    private async Task IsWholeAsync(OpenBackup backup)
    {
        var newest = backup.Folder.State.Machines[_machine.Id].Newest!;
        Assert.Equal(_disk, await Estate.ReadAsync(backup, newest.Id, "disk0"));
    }

    /// <summary>Codec, depth and length of every frame, in order.</summary>
    private static async Task<string> FramesAsync(OpenBackup backup) =>
        string.Join(
            ' ',
            (await ListAsync(backup)).Select(frame => $"{frame.Codec}-{frame.Depth}-{frame.StoredLength}")
        );

    private static async Task<List<FrameInfo>> ListAsync(OpenBackup backup)
    {
        var frames = new List<FrameInfo>();
        foreach (var segment in backup.Folder.State.Segments.Values.OrderBy(segment => segment.Born))
        {
            frames.AddRange((await backup.Frames.Tables.GetAsync(segment.Id, CancellationToken.None)).Frames);
        }

        return frames;
    }
}
