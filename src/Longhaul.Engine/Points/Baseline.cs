using Longhaul.Core;
using Longhaul.Format.Points;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Points;

/// <summary>The state of one disk upon which a new table builds.</summary>
/// <remarks>Digests may come from another backup's table of the same content (a copy's lineage), so that they need not
/// cross the wire; addresses are always the target's own.</remarks>
/// <param name="Content">Where digests are read.</param>
/// <param name="Stored">Where addresses are read: the disk at the target's newest point.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record Baseline(DiskView Content, DiskView Stored)
{
    /// <summary>Reads the digests of a page's blocks.</summary>
    /// <param name="page">The page, from 0.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal ValueTask<Digest[]> DigestsAsync(long page, CancellationToken cancellationToken) =>
        Content.ReadDigestsAsync(page, cancellationToken);

    /// <summary>Reads what some of a page's blocks are and where the target has them.</summary>
    /// <param name="page">The page, from 0.</param>
    /// <param name="digests">The page's digests, out of <see cref="DigestsAsync"/>.</param>
    /// <param name="wanted">The slots asked for, one bit each.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<BlockVersion[]> VersionsAsync(
        long page,
        Digest[] digests,
        ulong wanted,
        CancellationToken cancellationToken
    )
    {
        var addresses = await Stored.ReadAddressesAsync(page, wanted, cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select((address, slot) => new BlockVersion(digests[slot], address))];
    }
}
