using System.Text;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Segments;
using Xunit;

namespace Longhaul.Engine.Tests.Encoding;

/// <summary>When a block is stored whole though there is something to stand upon.</summary>
public sealed class WholeOrDeltaTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();

    /// <summary>A delta upon noise is as good as none, and the noise would be read with it.</summary>
    [Fact]
    public async Task What_replaces_noise_is_stored_whole()
    {
        var frame = await StoreAsync(before: Noise(), after: Text());

        Assert.Equal((FrameCodec.Zstd, 0), (frame.Codec, frame.Depth));
    }

    [Fact]
    public async Task A_page_written_into_noise_is_a_delta()
    {
        var after = Noise();
        new Random(2).NextBytes(after.AsSpan(5 * 4096, 4096));

        var frame = await StoreAsync(before: Noise(), after);

        Assert.Equal((FrameCodec.ZstdDelta, 1), (frame.Codec, frame.Depth));
        Assert.InRange(frame.StoredLength, 4096, 4096 + 256);
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>The frame of a block in the second point of its machine.</summary>
    private async Task<FrameInfo> StoreAsync(byte[] before, byte[] after)
    {
        var machine = _estate.AddMachine("srv", ("disk0", before));
        var job = _estate.BackupJob(blockSize: BlockSize);
        var target = await _estate.CreateAsync(job);
        await _estate.BackUpAsync(target, job, machine);
        _estate.Disks[(machine.Id, "disk0")] = after;
        var made = await _estate.BackUpAsync(target, job, machine);
        return await Estate.FirstFrameAsync(target, made.Point!.Id);
    }

    private static byte[] Noise()
    {
        var noise = new byte[BlockSize];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static byte[] Text()
    {
        var text = new StringBuilder();
        for (var line = 0; text.Length < BlockSize; line++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"line {line} of {line * 7919 % 1009}\n");
        }

        return System.Text.Encoding.ASCII.GetBytes(text.ToString(0, BlockSize));
    }
}
