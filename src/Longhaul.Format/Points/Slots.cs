using System.Numerics;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Points;

/// <summary>The 64 places of a page or node, as bits.</summary>
internal static class Slots
{
    /// <summary>Whether a place is named.</summary>
    public static bool Has(ulong present, int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, TreeShape.FanOut);
        return (present >> slot & 1) != 0;
    }

    /// <summary>Where the entry of a named place stands among the named.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The place is not named.</exception>
    public static int IndexOf(ulong present, int slot) =>
        Has(present, slot)
            ? BitOperations.PopCount(present & (1UL << slot) - 1)
            : throw new ArgumentOutOfRangeException(nameof(slot), slot, "The place is not named.");

    /// <summary>The named places, ascending.</summary>
    public static IEnumerable<int> Of(ulong present)
    {
        while (present != 0)
        {
            yield return BitOperations.TrailingZeroCount(present);
            present &= present - 1;
        }
    }
}
