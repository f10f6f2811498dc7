using System.Text;
using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;

namespace Longhaul.Format.Tests.Seeds;

public sealed class SeedListTests
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 22, 2, 0, 0, 123, TimeSpan.Zero);

    private static readonly SeedList s_list = new()
    {
        Backup = Samples.Backup,
        Name = "offsite",
        CreatedAt = s_time,
        Encrypted = false,
        Parts = 2,
        Machines = [new SeedMachine(Samples.Machine, "mail", [new SeedPoint(Samples.Point, s_time, null)])],
        Files =
        [
            new SeedFile(BackupNames.Backup, 1, 130, Samples.DigestOf(1), null),
            new SeedFile(BackupNames.KeyList(1), 1, 900, Samples.DigestOf(2), null),
            new SeedFile(BackupNames.Record(1), 1, 600, Samples.DigestOf(3), null),
            new SeedFile(
                BackupNames.PointFile(Samples.Machine, s_time, Samples.Point),
                2,
                1000,
                Samples.DigestOf(4),
                null
            ),
            new SeedFile(BackupNames.SegmentFile(Samples.Segment, 1), 2, 1L << 30, Samples.DigestOf(5), 4096),
        ],
    };

    [Fact]
    public void A_list_reads_back_as_written()
    {
        var read = SeedList.Decode("seed.json", s_list.Encode());

        Assert.Equal(s_list.Files, read.Files);
        Assert.Equal(s_list.Encode(), read.Encode());
        Assert.Equal(
            (s_list.Backup, "offsite", s_time, false, 2, (1L << 30) + 2630),
            (read.Backup, read.Name, read.CreatedAt, read.Encrypted, read.Parts, read.SizeBytes)
        );
        Assert.Equal(("mail", Samples.Point), (read.Machines[0].Name, read.Machines[0].Points[0].Id));
    }

    [Fact]
    public void The_last_member_is_the_digest_of_all_the_others()
    {
        var text = Encoding.UTF8.GetString(s_list.Encode());
        var digest = text[^68..^4];

        Assert.EndsWith($"\"digest\": \"{digest}\"\n}}\n", text, StringComparison.Ordinal);
        Assert.Equal(
            digest,
            Digest
                .Of(Encoding.UTF8.GetBytes(text.Replace(digest, new string('0', 64), StringComparison.Ordinal)))
                .ToString()
        );
    }

    [Fact]
    public void Any_one_flipped_bit_is_noticed()
    {
        var bytes = s_list.Encode();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var error = Assert.Throws<LonghaulException>(() => SeedList.Decode("seed.json", Samples.Flip(bytes, bit)));
            Assert.True(error.Code is "data.damaged" or "format.unsupported", error.Code);
        }
    }

    [Fact]
    public async Task Mutated_and_arbitrary_bytes_are_refused_or_valid()
    {
        var bytes = s_list.Encode();
        await Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length], Samples.Bytes)
            .SampleAsync(
                async (at, value, length, other) =>
                {
                    var mutated = (byte[])bytes.Clone();
                    mutated[at] = value;
                    await Samples.IsRefusedAsync("s", () => Task.Run(() => SeedList.Decode("s", mutated)));
                    await Samples.IsRefusedAsync(
                        "s",
                        () => Task.Run(() => SeedList.Decode("s", bytes.AsSpan(0, length)))
                    );
                    Assert.True(await Samples.IsRefusedAsync("s", () => Task.Run(() => SeedList.Decode("s", other))));
                },
                iter: 1000
            );
    }

    /// <summary>A list whose digest is right all the same: whoever made it may want to lead a reader elsewhere.</summary>
    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("segments/../backup.json")]
    [InlineData("seed.json")]
    [InlineData("log/1")]
    [InlineData("leases/x")]
    public void A_name_that_is_none_of_the_formats_is_refused(string name) =>
        Refused(s_list with { Files = [.. s_list.Files, new SeedFile(name, 1, 1, Samples.DigestOf(9), null)] });

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("x.part")]
    [InlineData("new\nline")]
    public void A_folder_that_leads_elsewhere_is_refused(string name) => Refused(s_list with { Name = name });

    [Fact]
    public void Contradictions_are_refused()
    {
        Refused(s_list with { Backup = default });
        Refused(s_list with { Parts = 0 });
        Refused(s_list with { Parts = 1 });
        Refused(s_list with { Parts = SeedList.MaxParts + 1 });
        Refused(s_list with { Files = [.. s_list.Files.Skip(1)] });
        Refused(s_list with { Files = [.. s_list.Files.Reverse()] });
        Refused(s_list with { Files = [s_list.Files[0], .. s_list.Files] });
        Refused(s_list with { Files = [.. s_list.Files.Select(file => file with { Length = 0 })] });
        Refused(s_list with { Files = [.. s_list.Files.Select(file => file with { Part = 0 })] });
        Refused(s_list with { Files = [.. s_list.Files.Select(file => file with { Frames = null })] });
        Refused(s_list with { Files = [.. s_list.Files.Select(file => file with { Frames = 1 })] });
        Refused(s_list with { Files = [.. s_list.Files.Select(file => file with { Frames = (1 << 20) + 1 })] });
    }

    [Fact]
    public void A_newer_list_is_refused_with_its_number_whatever_else_it_says()
    {
        var error = Assert.Throws<LonghaulException>(() =>
            SeedList.Decode("seed.json", Encoding.UTF8.GetBytes("""{"format":2,"x":1}"""))
        );

        Assert.Equal(("format.unsupported", 2L), (error.Code, error.Details["number"]));
    }

    /// <summary>Neither written nor, when somebody else did, read.</summary>
    private static void Refused(SeedList list)
    {
        Assert.Throws<InvalidOperationException>(list.Encode);
        Assert.Equal(
            "data.damaged",
            Assert.Throws<LonghaulException>(() => SeedList.Decode("seed.json", SeedListJson.Encode(list))).Code
        );
    }
}
