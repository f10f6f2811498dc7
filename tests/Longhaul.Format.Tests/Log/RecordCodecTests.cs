using CsCheck;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Log;

namespace Longhaul.Format.Tests.Log;

public sealed class RecordCodecTests
{
    private const string File = "log/00000002";

    [Fact]
    public void Record_reads_back_as_written()
    {
        Gen.Select(Gen.Int[1, 99_999_999], Gen.Int[0, 1000].Array[0, 50], Gen.String)
            .Sample(
                (number, frames, step) =>
                {
                    var (open, sealedPart) = RecordSamples.Make(number, [.. frames.Order()]);
                    open.Step = new string([.. step.Where(char.IsAscii)]);
                    var bytes = RecordCodec.Encode(open, sealedPart);
                    var (readOpen, readSealed, _, _) = RecordCodec.Decode(File, bytes);

                    Assert.Equal(open, readOpen);
                    Assert.Equal(sealedPart, readSealed);
                    Assert.Equal(Digest.Of(bytes), RecordCodec.HashOf(bytes));
                },
                iter: 300
            );
    }

    [Fact]
    public async Task Any_one_flipped_bit_is_noticed()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        var bytes = RecordCodec.Encode(open, sealedPart);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var damaged = Samples.Flip(bytes, bit);
            Assert.True(
                await Samples.IsRefusedAsync(File, () => Task.Run(() => RecordCodec.Decode(File, damaged))),
                $"bit {bit}"
            );
        }
    }

    [Fact]
    public async Task Truncated_spliced_and_arbitrary_bytes_are_refused()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        var bytes = RecordCodec.Encode(open, sealedPart);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.True(
                await Samples.IsRefusedAsync(
                    File,
                    () => Task.Run(() => RecordCodec.Decode(File, bytes.AsMemory(0, length)))
                )
            );
        }

        await Samples.Bytes.SampleAsync(
            async other =>
            {
                byte[] spliced = [.. bytes[..Math.Min(40, other.Length)], .. other];
                Assert.True(
                    await Samples.IsRefusedAsync(File, () => Task.Run(() => RecordCodec.Decode(File, spliced)))
                );
                Assert.True(
                    await Samples.IsRefusedAsync(File, () => Task.Run(() => CheckpointCodec.Decode(File, spliced)))
                );
            },
            iter: 500
        );
    }

    [Fact]
    public async Task Hostile_content_under_a_right_hash_is_refused_or_valid()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        var (openBytes, sealedBytes) = (open.ToByteArray(), sealedPart.ToByteArray());
        await Gen.Select(Gen.Int[0, openBytes.Length - 1], Gen.Byte, Gen.Int[0, sealedBytes.Length - 1], Gen.Byte)
            .SampleAsync(
                async (first, one, second, other) =>
                {
                    var (mutatedOpen, mutatedSealed) = ((byte[])openBytes.Clone(), (byte[])sealedBytes.Clone());
                    (mutatedOpen[first], mutatedSealed[second]) = (one, other);
                    var bytes = Bytes.SealedFile.Record.Encode(null, mutatedOpen, mutatedSealed);
                    await Samples.IsRefusedAsync(File, () => Task.Run(() => RecordCodec.Decode(File, bytes)));
                },
                iter: 3000
            );
    }

    [Fact]
    public void Unknown_required_feature_is_refused_with_its_number()
    {
        var (open, _) = RecordSamples.Make(2, []);
        open.RequiredFeatures.Add(4711);
        var bytes = RecordCodec.Encode(open, null);

        var error = Assert.Throws<LonghaulException>(() => RecordCodec.Decode(File, bytes));
        Assert.Equal(("format.unsupported", 4711L), (error.Code, error.Details["number"]));
    }

    [Fact]
    public void Newer_version_is_refused_with_its_number()
    {
        var bytes = RecordCodec.Encode(RecordSamples.Make(2, []).Open, null);
        bytes[8] = 9;

        var error = Assert.Throws<LonghaulException>(() => RecordCodec.Decode(File, bytes));
        Assert.Equal(("format.unsupported", 9L), (error.Code, error.Details["number"]));
    }

    [Fact]
    public void Records_that_contradict_themselves_are_not_written()
    {
        foreach (var (what, spoil) in Spoilers())
        {
            var (open, sealedPart) = RecordSamples.Make(2, [1]);
            spoil(open);
            var error = Xunit.Record.Exception(() => RecordCodec.Encode(open, sealedPart));
            Assert.True(error is ArgumentException, what);
        }
    }

    private static IEnumerable<(string What, Action<Format.Log.Record> Spoil)> Spoilers()
    {
        yield return ("number 0", record => record.Number = 0);
        yield return ("no previous", record => record.Previous = ByteString.Empty);
        yield return ("short session", record => record.Session = ByteString.CopyFrom(1));
        yield return ("owner and none", record => record.Ownerless = true);
        yield return ("owner without job", record => record.Owner.Job = ByteString.Empty);
        yield return ("whole without birth", record => (record.Whole, record.Birth) = (true, null));
        yield return ("point without table", record => record.Points[0].Table = null);
        yield return ("table of another point", record => record.Points[0].Table.Point = record.Points[0].Job);
        yield return ("full with parent", record => record.Points[0].Parent = record.Points[0].Job);
        yield return ("increment without parent", record => record.Points[0].Kind = Kind.Increment);
        yield return (
            "own parent",
            record => (record.Points[0].Kind, record.Points[0].Parent) = (Kind.Increment, record.Points[0].Id)
        );
        yield return ("segment of generation 0", record => record.Segments[0].Generation = 0);
        yield return ("short removed id", record => record.PointsRemoved.Add(ByteString.CopyFrom(1, 2)));
        yield return ("half a run", record => record.Condemned[0].Runs.Add(1));
        yield return ("unknown origin", record => record.Birth.Origin = (Origin)99);
    }
}
