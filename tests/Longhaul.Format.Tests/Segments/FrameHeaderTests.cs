using CsCheck;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Segments;

public sealed class FrameHeaderTests
{
    private static readonly Gen<(int Number, FrameCodec Codec, byte[] Payload, int Depth, bool BeginsRun)> s_frames =
        Gen.Select(
            Gen.Int[0, FrameHeader.MaxNumber],
            Gen.OneOf(FrameCodec.Raw, FrameCodec.Zstd, FrameCodec.ZstdDelta),
            Gen.Byte.Array[1, 200],
            Gen.Int[1, FrameHeader.MaxDepth],
            Gen.Bool
        );

    [Fact]
    public void Frame_reads_back_as_written()
    {
        s_frames.Sample(
            (number, codec, payload, depth, beginsRun) =>
            {
                var (bytes, info) = Write(number, codec, payload, depth, beginsRun);

                Assert.True(FrameHeader.TryRead(bytes, Samples.Segment, 1000, out var read));
                Assert.Equal(info, read);
                Assert.True(FrameHeader.Verify(bytes, info));
                Assert.Equal(1000 + bytes.Length, info.EndOffset);
            },
            iter: 1000
        );
    }

    [Fact]
    public void Any_one_flipped_bit_in_a_frame_is_noticed()
    {
        s_frames.Sample(
            (number, codec, payload, depth, beginsRun) =>
            {
                var (bytes, info) = Write(number, codec, payload, depth, beginsRun);
                for (var bit = 0; bit < bytes.Length * 8; bit++)
                {
                    var damaged = Samples.Flip(bytes, bit);
                    Assert.False(FrameHeader.Verify(damaged, info), $"bit {bit}");
                    var isFrame =
                        FrameHeader.TryRead(damaged, Samples.Segment, 1000, out var read)
                        && read.TotalLength == damaged.Length
                        && FrameHeader.Verify(damaged, read);
                    Assert.False(isFrame, $"bit {bit} without a table");
                }
            },
            iter: 30
        );
    }

    [Fact]
    public void Arbitrary_bytes_never_throw()
    {
        Samples.Bytes.Sample(
            bytes =>
            {
                if (FrameHeader.TryRead(bytes, Samples.Segment, out var info))
                {
                    Assert.False(FrameHeader.Verify(bytes, info));
                }
            },
            iter: 5000
        );
    }

    [Fact]
    public void Zeros_are_no_frame() =>
        Assert.False(FrameHeader.TryRead(new byte[FrameHeader.DeltaSize], Samples.Segment, out _));

    [Fact]
    public void Frame_that_is_its_own_base_is_refused()
    {
        var header = new byte[FrameHeader.DeltaSize];
        var self = new FrameAddress(Samples.Segment, 3);
        FrameHeader.Write(header, 3, 0, FrameCodec.ZstdDelta, 100, [1], self, 1, false);

        Assert.False(FrameHeader.TryRead(header, Samples.Segment, out _));
        Assert.True(FrameHeader.TryRead(header, Samples.OtherSegment, out _));
    }

    [Theory]
    [InlineData(FrameCodec.Raw, 1, false)]
    [InlineData(FrameCodec.ZstdDelta, 0, true)]
    [InlineData(FrameCodec.ZstdDelta, 65, true)]
    [InlineData(FrameCodec.ZstdDelta, 1, false)]
    [InlineData(FrameCodec.Zstd, 0, true)]
    [InlineData((FrameCodec)4, 0, false)]
    public void Fields_that_contradict_each_other_are_not_written(FrameCodec codec, int depth, bool hasBase) =>
        Assert.Throws<ArgumentException>(() =>
            FrameHeader.Write(
                new byte[FrameHeader.DeltaSize],
                0,
                0,
                codec,
                1,
                [1],
                hasBase ? new FrameAddress(Samples.OtherSegment, 1) : null,
                depth,
                false
            )
        );

    internal static (byte[] Bytes, FrameInfo Info) Write(
        int number,
        FrameCodec codec,
        byte[] payload,
        int depth,
        bool beginsRun,
        long offset = 1000
    )
    {
        var isDelta = codec == FrameCodec.ZstdDelta;
        var bytes = new byte[FrameHeader.SizeOf(codec) + payload.Length];
        var info = FrameHeader.Write(
            bytes,
            number,
            offset,
            codec,
            payload.Length,
            payload,
            isDelta ? new FrameAddress(Samples.OtherSegment, number ^ 1) : null,
            isDelta ? depth : 0,
            beginsRun
        );
        payload.CopyTo(bytes, info.HeaderLength);
        return (bytes, info);
    }
}
