using System.Buffers.Binary;
using Longhaul.Format.Bytes;
using Longhaul.Format.Keys;

namespace Longhaul.Fuzz.Repairs;

/// <summary>Gives a record or checkpoint the lengths, the hash and the MAC that fit its parts, so that what lies behind
/// the first check is reached.</summary>
internal static class SealedFileRepair
{
    /// <summary>Takes bytes apart, as far as they go, and puts them together again.</summary>
    /// <param name="kind">Record or checkpoint.</param>
    /// <param name="input">Header, open part and sealed part; what is short counts as empty.</param>
    /// <param name="key">What it is sealed and vouched for under; null for a plain file.</param>
    internal static byte[] Run(SealedFile kind, ReadOnlySpan<byte> input, ListKey? key)
    {
        var body = input.Length > SealedFile.HeaderSize ? input[SealedFile.HeaderSize..] : [];
        body = body.Length > SealedFile.TrailerSize ? body[..^SealedFile.TrailerSize] : body;
        var open = input.Length > SealedFile.HeaderSize ? BinaryPrimitives.ReadUInt32LittleEndian(input[16..]) : 0;
        var split = (int)Math.Min(open, (uint)body.Length);
        return kind.Encode(key, body[..split], body[split..]);
    }
}
