using System.Numerics;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Points;

/// <summary>What a table says of 64 neighbouring blocks.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class TablePage
{
    private readonly TableEntry[] _entries;

    /// <summary>Makes a page.</summary>
    /// <param name="present">Bit n is set when block n of the page is named.</param>
    /// <param name="entries">One for each bit that is set, in order; copied.</param>
    /// <exception cref="ArgumentException">There are more or fewer entries than bits.</exception>
    public TablePage(ulong present, ReadOnlySpan<TableEntry> entries)
    {
        if (BitOperations.PopCount(present) != entries.Length)
        {
            throw new ArgumentException($"{entries.Length} entries for the places {present:x16}.", nameof(entries));
        }

        Present = present;
        _entries = entries.ToArray();
    }

    /// <summary>Bit n is set when block n of the page is named.</summary>
    public ulong Present { get; }

    /// <summary>Blocks named, 0 to 64.</summary>
    public int Count => _entries.Length;

    /// <summary>What is said of a block.</summary>
    /// <param name="slot">Its place in the page, 0 to 63; must be named.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block is not named.</exception>
    public TableEntry this[int slot] => _entries[Slots.IndexOf(Present, slot)];

    /// <summary>Whether a block is named.</summary>
    /// <param name="slot">0 to 63.</param>
    public bool Names(int slot) => Slots.Has(Present, slot);

    /// <summary>Makes a page.</summary>
    /// <param name="entries">Place and entry of each block named, in any order, each place once.</param>
    public static TablePage Create(IEnumerable<(int Slot, TableEntry Entry)> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var present = 0UL;
        var sorted = entries.OrderBy(pair => pair.Slot).ToArray();
        foreach (var (slot, _) in sorted)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(slot, nameof(entries));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, TreeShape.FanOut, nameof(entries));
            present |= 1UL << slot;
        }

        return new TablePage(present, [.. sorted.Select(pair => pair.Entry)]);
    }
}
