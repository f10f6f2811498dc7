using System.Text;
using CsCheck;
using Longhaul.Core;
using Longhaul.Format.Descriptors;

namespace Longhaul.Format.Tests.Descriptors;

public sealed class DescriptorTests
{
    private static readonly DateTimeOffset s_time = new(2026, 11, 22, 2, 0, 0, 123, TimeSpan.Zero);

    [Fact]
    public void Backup_descriptor_reads_back_as_written()
    {
        var descriptor = new BackupDescriptor(Samples.Backup, 1, 1 << 20, s_time);

        Assert.Equal(descriptor, BackupDescriptor.Decode(BackupNames.Backup, descriptor.Encode()));
    }

    [Fact]
    public void Repository_descriptor_reads_back_as_written()
    {
        var probed = new Dictionary<string, string> { ["putIfAbsent"] = "link", ["case"] = "sensitive" };
        var descriptor = new RepositoryDescriptor(Samples.Repository, 1, s_time, probed);
        var read = RepositoryDescriptor.Decode(BackupNames.Repository, descriptor.Encode());

        Assert.Equal(descriptor with { Capabilities = read.Capabilities }, read);
        Assert.Equal(probed.OrderBy(pair => pair.Key), read.Capabilities);
    }

    [Fact]
    public void Newer_descriptor_is_refused_with_its_number_whatever_else_it_says()
    {
        var bytes = Encoding.UTF8.GetBytes("""{"format":2,"blocks":"unheard of"}""");

        var error = Assert.Throws<LonghaulException>(() => BackupDescriptor.Decode("backup.json", bytes));
        Assert.Equal(("format.unsupported", 2L), (error.Code, error.Details["number"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":0}""")]
    [InlineData("""{"format":1,"id":"11111111111141118111111111111111","blockSize":1048576}""")]
    [InlineData(
        """{"format":1,"id":"11111111111141118111111111111111","blockSize":1000,"createdAt":"2026-11-22T02:00:00Z"}"""
    )]
    [InlineData("""{"format":1,"id":"1","blockSize":1048576,"createdAt":"2026-11-22T02:00:00Z"}""")]
    [InlineData("""{"format":1,"id":null,"blockSize":1048576,"createdAt":"2026-11-22T02:00:00Z"}""")]
    [InlineData(
        """{"format":1,"id":"11111111111141118111111111111111","blockSize":1048576,"createdAt":"2026-11-22T02:00:00Z","x":1}"""
    )]
    public void Descriptor_that_is_not_exactly_one_is_damaged(string json)
    {
        var error = Assert.Throws<LonghaulException>(() =>
            BackupDescriptor.Decode("backup.json", Encoding.UTF8.GetBytes(json))
        );
        Assert.Equal("data.damaged", error.Code);
    }

    [Fact]
    public async Task Mutated_and_arbitrary_descriptors_are_refused_or_valid()
    {
        var bytes = new RepositoryDescriptor(
            Samples.Repository,
            1,
            s_time,
            new Dictionary<string, string> { ["a"] = "b" }
        ).Encode();
        await Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Samples.Bytes)
            .SampleAsync(
                async (at, value, other) =>
                {
                    var mutated = (byte[])bytes.Clone();
                    mutated[at] = value;
                    await Samples.IsRefusedAsync("r", () => Task.Run(() => RepositoryDescriptor.Decode("r", mutated)));
                    Assert.True(
                        await Samples.IsRefusedAsync("r", () => Task.Run(() => RepositoryDescriptor.Decode("r", other)))
                    );
                },
                iter: 2000
            );
    }

    [Fact]
    public void Names_are_as_the_specification_shows_them()
    {
        Assert.Equal("log/00000001", BackupNames.Record(1));
        Assert.Equal(
            $"points/{Samples.Machine}/20261122T020000.123Z-{Samples.Point}.point",
            BackupNames.PointFile(Samples.Machine, s_time, Samples.Point)
        );
        Assert.Equal(
            $"points/{Samples.Machine}/20261122T020000.123Z-{Samples.Point}.77.point",
            BackupNames.PointFile(Samples.Machine, s_time, Samples.Point, edition: 77)
        );
        Assert.Equal($"segments/{Samples.Segment}.2.seg", BackupNames.SegmentFile(Samples.Segment, 2));
        Assert.Equal($"sessions/{Samples.Session}/00000007", BackupNames.Checkpoint(Samples.Session, 7));
        Assert.Equal($"leases/{Samples.Session}/00000008", BackupNames.Lease(Samples.Session, 8));
    }

    [Fact]
    public void Names_read_back_as_written()
    {
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Int[1, 99_999_999], Gen.Long[0, 4_000_000_000_000])
            .Where((first, second, _, _) => first != Guid.Empty && second != Guid.Empty)
            .Sample(
                (first, second, number, milliseconds) =>
                {
                    var time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
                    var point = BackupNames.PointFile(new(first), time, new(second), edition: number);
                    Assert.True(BackupNames.TryParsePointFile(point, out var machine, out var at, out var id));
                    Assert.Equal((first, time, second), (machine.Value, at, id.Value));
                    Assert.True(
                        BackupNames.TryParseSegmentFile(
                            BackupNames.SegmentFile(new(first), number),
                            out var segment,
                            out var generation
                        )
                    );
                    Assert.Equal((first, number), (segment.Value, generation));
                    Assert.True(BackupNames.TryParseRecord(BackupNames.Record(number), out var record));
                    Assert.Equal(number, record);
                    Assert.True(
                        BackupNames.TryParseCheckpoint(
                            BackupNames.Checkpoint(new(first), number),
                            out var session,
                            out var checkpoint
                        )
                    );
                    Assert.Equal((first, (long)number), (session.Value, checkpoint));
                    Assert.True(
                        BackupNames.TryParseLease(
                            BackupNames.Lease(new(second), number),
                            out var holder,
                            out var counter
                        )
                    );
                    Assert.Equal((second, (long)number), (holder.Value, counter));
                },
                iter: 500
            );
    }

    [Fact]
    public void Names_in_any_other_form_are_not_read()
    {
        var names = new[]
        {
            BackupNames.PointFile(Samples.Machine, s_time, Samples.Point),
            BackupNames.PointFile(Samples.Machine, s_time, Samples.Point, BackupNames.NewEdition()),
            BackupNames.SegmentFile(Samples.Segment, 1),
            BackupNames.Record(1),
            BackupNames.Checkpoint(Samples.Session, 1),
            BackupNames.Lease(Samples.Session, 1),
        };
        Assert.All(
            names.SelectMany(name => new[] { name.ToUpperInvariant(), name + " ", name[..^1], "x" + name, "" }),
            AssertUnread
        );
        AssertUnread("log/00000000");
        var point = BackupNames.PointFile(Samples.Machine, s_time, Samples.Point)[..^".point".Length];
        AssertUnread($"{point}.1.point");
        AssertUnread($"{point}.02.point");
        AssertUnread($"{point}..point");
        AssertUnread($"segments/{Samples.Segment}.01.seg");
        AssertUnread($"segments/{Samples.Segment}.0.seg");
        Gen.String.Sample(AssertUnread, iter: 2000);
    }

    private static void AssertUnread(string name)
    {
        Assert.False(BackupNames.TryParsePointFile(name, out _, out _, out _), name);
        Assert.False(BackupNames.TryParseSegmentFile(name, out _, out _), name);
        Assert.False(BackupNames.TryParseRecord(name, out _), name);
        Assert.False(BackupNames.TryParseCheckpoint(name, out _, out _), name);
        Assert.False(BackupNames.TryParseLease(name, out _, out _), name);
    }
}
