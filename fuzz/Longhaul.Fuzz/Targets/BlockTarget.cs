using System.Buffers.Binary;
using Longhaul.Format.Compression;
using Longhaul.Format.Segments;

namespace Longhaul.Fuzz.Targets;

/// <summary>A frame's payload: decoded twice, between two stretches that nobody may write to.</summary>
/// <remarks>The input is the codec, the block's length in 3 bytes, the base's length in 2, the base and the payload.</remarks>
internal sealed class BlockTarget : IFuzzTarget
{
    private const int Guard = 4096;
    private const byte Untouched = 0xa5;
    private const int MaxBlock = 1 << 18;

    /// <inheritdoc/>
    public static string Name => "block";

    /// <inheritdoc/>
    public static long Allowance(int length) => (4 << 20) + length;

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (input.Length < 6)
        {
            return;
        }

        var length = (int)(BinaryPrimitives.ReadUInt32LittleEndian(input) >> 8) % (MaxBlock + 1);
        var rest = input[6..];
        var baseLength = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(input[4..]), rest.Length);
        using var decoder = new BlockDecoder();
        var first = Decode(decoder, (FrameCodec)input[0], rest[baseLength..], rest[..baseLength], length);
        var second = Decode(decoder, (FrameCodec)input[0], rest[baseLength..], rest[..baseLength], length);
        Expect.That(first is null == second is null, "it can be decoded only once");
        Expect.That(first is null || first.AsSpan().SequenceEqual(second), "it decodes differently each time");
    }

    private static byte[]? Decode(
        BlockDecoder decoder,
        FrameCodec codec,
        ReadOnlySpan<byte> stored,
        ReadOnlySpan<byte> baseContent,
        int length
    )
    {
        var guarded = new byte[length + (2 * Guard)];
        guarded.AsSpan().Fill(Untouched);
        var valid = decoder.TryDecode(codec, stored, baseContent, guarded.AsSpan(Guard, length));
        Expect.That(
            guarded.AsSpan(0, Guard).IndexOfAnyExcept(Untouched) < 0
                && guarded.AsSpan(Guard + length).IndexOfAnyExcept(Untouched) < 0,
            "it was written beside the block"
        );
        return valid ? guarded : null;
    }
}
