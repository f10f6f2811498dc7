using Longhaul.Format.Segments;

namespace Longhaul.Format.Points;

/// <summary>The address column of a page: where its blocks lie, but not what they are.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class PageAddresses
{
    private readonly FrameAddress?[] _new;
    private readonly FrameAddress?[] _old;
    private readonly ulong _hasOld;

    internal PageAddresses(ulong present, FrameAddress?[] newAddresses, FrameAddress?[] oldAddresses, ulong hasOld)
    {
        Present = present;
        _new = newAddresses;
        _old = oldAddresses;
        _hasOld = hasOld;
    }

    /// <summary>Bit n is set when block n of the page is named.</summary>
    public ulong Present { get; }

    /// <summary>The frame that holds a block in this point; null for a block of zeros.</summary>
    /// <param name="slot">Its place in the page, 0 to 63; must be named.</param>
    /// <exception cref="ArgumentOutOfRangeException">The block is not named.</exception>
    public FrameAddress? this[int slot] => _new[Slots.IndexOf(Present, slot)];

    /// <summary>Whether a block is named.</summary>
    /// <param name="slot">0 to 63.</param>
    public bool Names(int slot) => Slots.Has(Present, slot);

    /// <summary>Whether it is known what this point replaced.</summary>
    /// <param name="slot">0 to 63.</param>
    public bool HasOld(int slot) => Slots.Has(_hasOld, slot);

    /// <summary>The frame that holds what this point replaced.</summary>
    /// <param name="slot">Its place in the page, 0 to 63; must be named.</param>
    /// <returns>Null for a block of zeros, and where <see cref="HasOld"/> is false.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The block is not named.</exception>
    public FrameAddress? OldOf(int slot) => _old[Slots.IndexOf(Present, slot)];
}
