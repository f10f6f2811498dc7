using Longhaul.Core;

namespace Longhaul.Format.Points;

/// <summary>A node of a table's tree: which children it names, and their digests.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class NodeChildren
{
    private readonly Digest[] _digests;
    private readonly TableExtent[] _extents;

    internal NodeChildren(ulong present, Digest[] digests, TableExtent[] extents)
    {
        Present = present;
        _digests = digests;
        _extents = extents;
    }

    /// <summary>Bit n is set when child n is named: something under it changed, or the table is complete.</summary>
    public ulong Present { get; }

    /// <summary>The digest of a child in this point.</summary>
    /// <param name="slot">Its place in the node, 0 to 63; must be named.</param>
    /// <exception cref="ArgumentOutOfRangeException">The child is not named.</exception>
    public Digest this[int slot] => _digests[Slots.IndexOf(Present, slot)];

    /// <summary>Whether a child is named.</summary>
    /// <param name="slot">0 to 63.</param>
    public bool Names(int slot) => Slots.Has(Present, slot);

    internal TableExtent ExtentOf(int slot) => _extents[Slots.IndexOf(Present, slot)];
}
