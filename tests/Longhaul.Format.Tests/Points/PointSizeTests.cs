using Longhaul.Format.Points;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Points;

public sealed class PointSizeTests
{
    [Fact]
    public async Task Delta_of_a_thousand_scattered_blocks_of_a_tebibyte_is_at_most_256_KiB()
    {
        var random = new Random(3);
        var entries = new Dictionary<long, TableEntry>();
        while (entries.Count < 1000)
        {
            // Every replaced block lay in any of a thousand segments; the new ones follow each other in one.
            var old = new FrameAddress(Samples.SegmentOf(random.Next(1000)), random.Next(1024));
            var now = new FrameAddress(Samples.Segment, entries.Count);
            entries[random.NextInt64(1 << 20)] = new TableEntry(
                new BlockVersion(Samples.DigestOf(random.NextInt64()), now),
                new BlockVersion(Samples.DigestOf(random.NextInt64()), old)
            );
        }

        var (bytes, _) = await PointSamples.WriteAsync(new DiskModel(1 << 20, entries), complete: false, deadToo: true);

        Assert.InRange(bytes.Length, 1000, 256 << 10);
    }

    [Fact]
    public async Task Full_table_costs_at_most_64_bytes_a_block()
    {
        const int Blocks = 20_000;
        var random = new Random(4);
        var entries = Enumerable
            .Range(0, Blocks)
            .ToDictionary(
                block => (long)block,
                block => new TableEntry(
                    new BlockVersion(
                        Samples.DigestOf(block),
                        new FrameAddress(Samples.SegmentOf(random.Next(60)), random.Next(1024))
                    ),
                    null
                )
            );

        var (bytes, _) = await PointSamples.WriteAsync(new DiskModel(Blocks, entries), complete: true);

        Assert.InRange(bytes.Length / (double)Blocks, 33, 64);
    }
}
