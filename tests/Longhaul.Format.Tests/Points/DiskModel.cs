using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;

namespace Longhaul.Format.Tests.Points;

/// <summary>A disk's blocks, as a test knows them; what is not named is zero.</summary>
internal sealed record DiskModel(long Blocks, Dictionary<long, TableEntry> Entries)
{
    private readonly TreeShape _shape = new(Blocks * PointSamples.BlockSize, PointSamples.BlockSize);

    public TablePage PageOf(long page) =>
        TablePage.Create(
            Enumerable
                .Range(0, 64)
                .Where(slot => Entries.ContainsKey(page * 64 + slot))
                .Select(slot => (slot, Entries[page * 64 + slot]))
        );

    public Digest[] DigestsOf(long page) => Samples.DigestsOf(PageOf(page), PointSamples.BlockSize);

    public Digest Root() => _shape.Root(Children(_shape.Levels, 0));

    public ValueTask<Digest[]> ChildrenAsync(int level, long index, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Children(level, index));

    private Digest[] Children(int level, long index)
    {
        if (level == 0)
        {
            return DigestsOf(index);
        }

        var children = new Digest[64];
        for (var slot = 0; slot < 64; slot++)
        {
            var child = index * 64 + slot;
            children[slot] = IsNamed(level - 1, child)
                ? DigestTree.Combine(Children(level - 1, child))
                : _shape.ZeroChild(level);
        }

        return children;
    }

    private bool IsNamed(int level, long index) =>
        Entries.Count > 1000
            ? index * (1L << 6 * (level + 1)) < Blocks
            : Entries.Keys.Any(block => block >> 6 * (level + 1) == index);
}
