using Longhaul.Format.Keys;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Keys;

public sealed class SegmentCipherTests
{
    private static readonly byte[] s_payload = [.. Enumerable.Range(0, 1000).Select(value => (byte)(value % 251))];

    private readonly ListKey _key = KeyList
        .Create(
            BackupId.New(),
            new Password("secret"),
            "",
            new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero),
            new PasswordCost(8, 1)
        )
        .Keys.Newest;

    private readonly SegmentId _segment = SegmentId.New();

    private readonly byte[] _salt = new byte[ListKey.SaltSize];

    private static FrameInfo Frame { get; } =
        new(
            7,
            88,
            FrameCodec.ZstdDelta,
            s_payload.Length + SegmentCipher.Overhead,
            2000,
            1,
            new FrameAddress(SegmentId.New(), 3),
            2,
            true
        );

    [Fact]
    public void A_payload_comes_back()
    {
        var stored = Seal();

        Assert.Equal(-1, stored.AsSpan().IndexOf(s_payload.AsSpan(0, 16)));
        Assert.True(Cipher().OpenInPlace(Frame, stored, out var opened));
        Assert.Equal(s_payload, stored[opened]);
    }

    /// <summary>Wherever a frame lies in the file, and whatever the checksum of the stored bytes, it is the same frame.</summary>
    [Fact]
    public void A_compaction_may_move_it() =>
        Assert.True(Cipher().OpenInPlace(Frame with { Offset = 123_456, Checksum = 9 }, Seal(), out _));

    [Fact]
    public void In_another_place_or_under_another_name_it_does_not_open()
    {
        var basis = Frame.Base!.Value;
        FrameInfo[] others =
        [
            Frame with
            {
                Number = 8,
            },
            Frame with
            {
                RawLength = 2001,
            },
            Frame with
            {
                Codec = FrameCodec.Zstd,
            },
            Frame with
            {
                Depth = 3,
            },
            Frame with
            {
                BeginsRun = false,
            },
            Frame with
            {
                Base = null,
            },
            Frame with
            {
                Base = basis with { Number = 4 },
            },
            Frame with
            {
                Base = basis with { Segment = SegmentId.New() },
            },
        ];

        Assert.All(others, other => Assert.False(Cipher().OpenInPlace(other, Seal(), out _)));
        Assert.False(new SegmentCipher(_key, SegmentId.New(), _salt).OpenInPlace(Frame, Seal(), out _));
        Assert.False(new SegmentCipher(_key, _segment, Other(_salt)).OpenInPlace(Frame, Seal(), out _));
    }

    [Fact]
    public void Any_one_flipped_bit_is_noticed()
    {
        var stored = Seal();
        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            Assert.False(Cipher().OpenInPlace(Frame, Samples.Flip(stored, bit), out _), $"bit {bit}");
        }
    }

    [Fact]
    public void What_is_too_short_is_no_payload()
    {
        for (var length = 0; length <= SegmentCipher.Overhead; length++)
        {
            Assert.False(Cipher().OpenInPlace(Frame, new byte[length], out _));
        }
    }

    private byte[] Seal()
    {
        var stored = new byte[s_payload.Length + SegmentCipher.Overhead];
        Cipher().Seal(Frame, s_payload, stored);
        return stored;
    }

    private SegmentCipher Cipher() => new(_key, _segment, _salt);

    private static byte[] Other(byte[] salt) => [.. salt.AsSpan(1), 1];
}
