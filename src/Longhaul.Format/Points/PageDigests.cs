using Longhaul.Core;

namespace Longhaul.Format.Points;

/// <summary>The digest column of a page: what its blocks are, but not where they lie.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class PageDigests
{
    private readonly Digest[] _new;
    private readonly Digest?[] _old;

    internal PageDigests(ulong present, ulong zeros, Digest[] newDigests, Digest?[] oldDigests)
    {
        Present = present;
        Zeros = zeros;
        _new = newDigests;
        _old = oldDigests;
    }

    /// <summary>Bit n is set when block n of the page is named.</summary>
    public ulong Present { get; }

    /// <summary>Bit n is set when block n is named and is all zeros.</summary>
    public ulong Zeros { get; }

    /// <summary>The digest of a block in this point.</summary>
    /// <param name="slot">Its place in the page, 0 to 63; must be named.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block is not named.</exception>
    public Digest this[int slot] => _new[Slots.IndexOf(Present, slot)];

    /// <summary>Whether a block is named.</summary>
    /// <param name="slot">0 to 63.</param>
    public bool Names(int slot) => Slots.Has(Present, slot);

    /// <summary>The digest of what this point replaced.</summary>
    /// <param name="slot">Its place in the page, 0 to 63; must be named.</param>
    /// <returns>Null where nothing, or nothing known, was replaced.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The block is not named.</exception>
    public Digest? OldOf(int slot) => _old[Slots.IndexOf(Present, slot)];
}
