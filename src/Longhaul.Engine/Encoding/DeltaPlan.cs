using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Encoding;

/// <summary>Which older version of a block a delta is to be made upon. Pure.</summary>
/// <remarks>
/// <para>A delta upon the version before is the smallest, and makes the chain one longer. One upon a version further down
/// leaves the chain as long as it was there, and says again what the versions between said: about the sum of their
/// deltas. So length is bought with bytes, and the two methods here say when and how much.</para>
/// <para>Model: blocks touched at random by 4 KiB pages of random data, on average one page a run, 32 deltas allowed; sent, by the
/// data written, over 60 runs and in the worst run. Back to where the run of deltas began, and only when the chain is full:
/// 1.80 and 5.2. The cheapest per delta gained: 1.51 and 3.3; with the power below 1.33 and 3.0; with passing over small
/// deltas early 1.19 and 2.0. Over 365 runs: 1.9, 2.2, 2.4, 2.5; it is the price of not paying all at once.</para>
/// <para>Source: docs/decisions/0008-which-version-a-delta-is-upon.md.</para>
/// </remarks>
internal static class DeltaPlan
{
    /// <summary>How much more a further way back has to gain for what it costs: below 1 prefers short ways, which may be
    /// all that is ever needed.</summary>
    private const double Patience = 0.8;

    /// <summary>Whether the newest delta is so small beside the one to be made that leaving it out costs little.</summary>
    /// <param name="chain">The version before and all it stands upon.</param>
    /// <param name="length">Bytes of the delta upon the version before.</param>
    /// <param name="maxDepth">Longest chain of deltas.</param>
    /// <returns>False in the first quarter of what is allowed: most blocks never get further. Small is five ninths: one
    /// page beside two, with what each delta costs beyond its pages.</returns>
    internal static bool PassesOverNewest(IReadOnlyList<ChainLink> chain, int length, int maxDepth) =>
        chain.Count > 1 && chain[0].Frame.Depth >= maxDepth / 4 && chain[0].Frame.StoredLength * 9L <= length * 5L;

    /// <summary>Chooses the version to go back to where a chain is full.</summary>
    /// <param name="chain">The version before and all it stands upon.</param>
    /// <param name="length">Bytes of the delta upon the version before.</param>
    /// <param name="maxDepth">Longest chain of deltas.</param>
    /// <returns>Its place in the chain, at least 1; 0 when there is none.</returns>
    internal static int WayBack(IReadOnlyList<ChainLink> chain, int length, int maxDepth)
    {
        var (best, least) = (0, double.MaxValue);
        long cost = length;
        for (var place = 1; place < chain.Count; place++)
        {
            cost += chain[place - 1].Frame.StoredLength;
            var each = cost / Math.Pow(place, Patience);
            if (chain[place].Frame.Depth < maxDepth && each < least)
            {
                (best, least) = (place, each);
            }
        }

        return best;
    }
}
