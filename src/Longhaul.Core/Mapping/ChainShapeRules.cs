using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;

namespace Longhaul.Core.Mapping;

/// <summary>Checks of the seed's chains: made forwards, and whole.</summary>
internal static class ChainShapeRules
{
    internal static Finding ReverseIncremental(MappingCase facts) =>
        GoesOnInReverse(facts) ? Finding.Ok("The job itself is made by the reverse incremental method.")
        : Having(facts, ChainShape.ReverseIncremental) is { Length: > 0 } machines
            ? Finding.Refused(
                $"The chain of {machines} was made by the reverse incremental method; this job only goes on forwards.",
                WayOut(facts)
            )
        : Finding.Ok("No chain was made by the reverse incremental method.");

    internal static Finding MixedChain(MappingCase facts) =>
        Having(facts, ChainShape.Mixed) is { Length: > 0 } machines
            ? Finding.Refused(
                $"The chain of {machines} has increments and reverse increments: it was transformed.",
                WayOut(facts)
            )
            : Finding.Ok("No chain has both increments and reverse increments.");

    internal static Finding IncompleteChain(MappingCase facts)
    {
        var damaged = facts
            .Seed.Chains.SelectMany(chain => chain.Points)
            .Where(point => !point.IsComplete)
            .Select(point => $"restore point {point.Id} is incomplete");
        var broken = facts.Seed.Chains.SelectMany(chain => ChainRules.Check(chain.Points));
        var faults = facts.Seed.Incomplete.Concat(damaged).Concat(broken).Distinct().ToList();
        return faults.Count == 0
            ? Finding.Ok("Nothing that a restore point needs is known to be missing or damaged.")
            : Finding.Refused(
                $"The backup is not whole: {Listing.Of(faults)}.",
                $"Carry the missing files again; 'longhaul backup verify {facts.Seed.FullName}' lists all that is wrong."
            );
    }

    private static bool GoesOnInReverse(MappingCase facts) =>
        facts.Job.Job is { IsCopy: false, Method: BackupMethod.Reverse };

    private static string Having(MappingCase facts, ChainShape shape) =>
        Listing.Of(facts.Seed.Chains.Where(chain => chain.Shape == shape).Select(chain => chain.DisplayName));

    private static string WayOut(MappingCase facts) =>
        $"Convert it where it lies: 'longhaul backup convert {facts.Seed.FullName} --to forward' moves no data and sends "
        + "nothing; then map again.";
}
