using CsCheck;
using Google.Protobuf;
using Longhaul.Format.Bytes;
using Longhaul.Format.Points;

namespace Longhaul.Format.Tests.Points;

/// <summary>Headers that are wrong under checksums that are right.</summary>
public sealed class ForgedHeaderTests
{
    [Fact]
    public async Task Header_that_contradicts_the_file_is_refused()
    {
        var bytes = await PointDamageTests.MakeAsync();
        await PointDamageTests.ReadAllAsync(Forge(bytes, header => header));
        foreach (var (what, spoil) in Spoilers())
        {
            var forged = Forge(
                bytes,
                stored =>
                {
                    var header = PointHeader.Parser.ParseFrom(stored);
                    spoil(header);
                    return header.ToByteArray();
                }
            );
            Assert.True(
                await Samples.IsRefusedAsync(PointSamples.File, () => PointDamageTests.ReadAllAsync(forged)),
                what
            );
        }
    }

    [Fact]
    public async Task Hostile_header_under_right_checksums_is_refused_or_valid()
    {
        var bytes = await PointDamageTests.MakeAsync();
        await Gen.Select(Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 10_000], Gen.Byte)
            .SampleAsync(
                async (first, one, second, other) =>
                {
                    var forged = Forge(
                        bytes,
                        stored =>
                        {
                            stored[first % stored.Length] = one;
                            stored[second % stored.Length] = other;
                            return stored;
                        }
                    );
                    await Samples.IsRefusedAsync(PointSamples.File, () => PointDamageTests.ReadAllAsync(forged));
                },
                iter: 3000
            );
    }

    private static byte[] Forge(byte[] bytes, Func<byte[], byte[]> change)
    {
        var footerOffset = bytes.Length - PointFooter.Size;
        Assert.True(PointFooter.TryRead(bytes.AsSpan(footerOffset), footerOffset, out var footer));
        var header = change(bytes[(int)footer.HeaderOffset..footerOffset]);
        var forged = new byte[PointFooter.Size];
        (footer with { HeaderLength = header.Length, HeaderChecksum = Checksum.Of(header) }).Write(forged);
        return [.. bytes[..(int)footer.HeaderOffset], .. header, .. forged];
    }

    private static IEnumerable<(string What, Action<PointHeader> Spoil)> Spoilers()
    {
        yield return ("another root", header => header.Root = ByteString.CopyFrom(Samples.DigestOf(9).ToBytes()));
        yield return ("another disk root", header => header.Disks[0].Root = header.Root);
        yield return ("no root", header => header.Root = ByteString.Empty);
        yield return ("other configuration", header => header.Configuration.Add(new Configuration { Name = "x" }));
        yield return ("another backup", header => header.Backup = header.Machine);
        yield return ("another block size", header => header.BlockSize *= 2);
        yield return ("a segment twice", header => header.Segments.Add(header.Segments[0]));
        yield return ("a short segment id", header => header.Segments[0] = ByteString.CopyFrom(1));
        yield return ("too few segments", header => header.Segments.Clear());
        yield return ("a disk twice", header => header.Disks.Add(header.Disks[0].Clone()));
        yield return ("too large a disk", header => header.Disks[0].Size = ulong.MaxValue);
        yield return ("another shape", header => header.Disks[0].Levels++);
        yield return ("too many entries", header => header.Disks[0].Entries = 1 << 30);
        yield return ("no tree", header => header.Disks[0].Top = null);
        yield return ("top in the header", header => header.Disks[0].Top.Offset = 1 << 20);
        yield return ("top in the preamble", header => header.Disks[0].Top.Offset = 1);
        yield return ("top of two columns", header => header.Disks[0].Top.SecondLength = 1);
        yield return ("too long a top", header => header.Disks[0].Top.Length = uint.MaxValue);
        yield return ("no dead list", header => header.DeadList = null);
    }
}
