using Longhaul.Core;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Repairing;

/// <summary>What a repair has found, and what it makes of it.</summary>
/// <param name="Plan">What is to be written anew.</param>
/// <param name="Count">How much was found.</param>
/// <param name="NotMended">What stays damaged, as far as it is listed.</param>
/// <param name="Unlisted">How much more does.</param>
/// <param name="Suffering">Every point that suffers from what stays, listed or not.</param>
/// <param name="Lacking">Those of them that lack something of a point file or segment. A damaged record or descriptor is nothing
/// that a point lacks; but while there is one nobody knows that nothing else is.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record FoundDamage(
    RepairPlan Plan,
    long Count,
    IReadOnlyList<Unmended> NotMended,
    long Unlisted,
    IReadOnlySet<PointId> Suffering,
    IReadOnlySet<PointId> Lacking
)
{
    /// <summary>Puts together what was found.</summary>
    /// <param name="plan">What is to be done about blocks.</param>
    /// <param name="hurt">How many blocks cannot be read.</param>
    /// <param name="structural">Damage to other things than blocks.</param>
    /// <param name="state">What the log says.</param>
    /// <param name="has">Whether somebody has a content.</param>
    internal static FoundDamage Of(
        RepairPlan plan,
        int hurt,
        DamageList structural,
        BackupState state,
        Func<Digest, bool> has
    )
    {
        var lost = plan.Lost.SelectMany(block => block.Place.Points).ToHashSet();
        Unmended[] listed =
        [
            .. structural
                .Listed.Select(one => new Unmended(one.Points, one.Machine, one.Disk, one.Block, one.File, one.What))
                .Concat(plan.Lost.Select(block => Describe(block, plan, state, has)))
                .Take(BackupVerifier.DamageLimit),
        ];
        return new FoundDamage(
            plan,
            hurt + structural.Count,
            listed,
            structural.Count + plan.Lost.Count - listed.Length,
            structural.Suffering.Union(lost).ToHashSet(),
            structural.Lacking.Union(lost).ToHashSet()
        );
    }

    private static Unmended Describe(HurtBlock block, RepairPlan plan, BackupState state, Func<Digest, bool> has)
    {
        var own = block.Chain[0];
        var generation = state.Segments.GetValueOrDefault(own.Segment)?.Generation ?? SegmentPreamble.FirstGeneration;
        return new Unmended(
            block.Place.Points,
            block.Place.Machine,
            block.Place.Disk,
            block.Place.Block,
            BackupNames.SegmentFile(own.Segment, generation),
            plan.Contradicted.Contains(own) ? "restore points say different things of what is stored there"
                : has(block.Content) ? "its segment cannot be written again, as its table cannot be read"
                : "no backup that was asked has a block with this content"
        );
    }
}
