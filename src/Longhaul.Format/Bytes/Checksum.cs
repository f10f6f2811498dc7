using System.IO.Hashing;

namespace Longhaul.Format.Bytes;

/// <summary>The checksum of stored bytes: XXH3-64 with seed 0, and 1 in place of 0.</summary>
/// <remarks>It needs no key and finds rot; it is no proof against a forger. Zeros never have a valid checksum.</remarks>
internal static class Checksum
{
    /// <summary>Length in bytes, little-endian.</summary>
    public const int Size = 8;

    /// <summary>Computes the checksum.</summary>
    /// <param name="bytes">Any length.</param>
    public static ulong Of(ReadOnlySpan<byte> bytes) => NeverZero(XxHash3.HashToUInt64(bytes));

    /// <summary>Computes the checksum of two stretches as if they were one.</summary>
    /// <param name="first">Any length.</param>
    /// <param name="second">Any length.</param>
    /// <param name="third">Any length.</param>
    public static ulong Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        var hash = new XxHash3();
        hash.Append(first);
        hash.Append(second);
        hash.Append(third);
        return NeverZero(hash.GetCurrentHashAsUInt64());
    }

    private static ulong NeverZero(ulong hash) => hash == 0 ? 1 : hash;
}
