namespace Longhaul.Core.Mapping;

/// <summary>Checks of which machine is which.</summary>
internal static class MachineRules
{
    internal static Finding NoCommonMachine(MappingCase facts)
    {
        var found = facts.Match.Matched.Count + facts.Match.Ambiguous.Count;
        if (found > 0)
        {
            return Finding.Ok($"The backup and the job share {Count(found)}.");
        }

        var there = Listing.Of(facts.Match.Foreign.Select(chain => chain.DisplayName));
        return Finding.Refused(
            there.Length == 0
                ? "The backup has no restore points of any machine."
                : $"The backup and the job share no machine; the backup has {there}.",
            $"Choose another backup, or say which machine is which: 'longhaul job map {facts.Job.Job.Name} "
                + $"{facts.Seed.FullName} --pair MACHINE=SEEDMACHINE'."
        );
    }

    internal static Finding AmbiguousMachine(MappingCase facts) =>
        facts.Match.Ambiguous.Count == 0
            ? Finding.Ok("No two machines fit one.")
            : Finding.Refused(
                "More than one machine fits: "
                    + Listing.Of(
                        facts.Match.Ambiguous.Select(one =>
                            $"{one.Machine.Name} ({one.Machine.Id}) may be "
                            + string.Join(" or ", one.Candidates.Select(chain => chain.MachineId))
                        )
                    )
                    + ".",
                $"Say which it is: 'longhaul job map {facts.Job.Job.Name} {facts.Seed.FullName} --pair MACHINE=SEEDMACHINE'."
            );

    internal static Finding MachineMissing(MappingCase facts)
    {
        if (facts.Match.Missing.Count == 0)
        {
            return Finding.Ok("Every machine of the job is in the backup.");
        }

        var alike = facts
            .Match.Missing.Where(machine => facts.Match.Foreign.Any(chain => chain.MachineName == machine.Name))
            .Select(machine => machine.Name)
            .ToList();
        return Finding.Warning(
            $"Not in the backup: {Listing.Of(facts.Match.Missing.Select(machine => machine.Name))}; the first copy of "
                + "each is a full.",
            alike.Count == 0
                ? "If the backup has it under another name, name the pair with --pair MACHINE=SEEDMACHINE."
                : $"The backup has {Listing.Of(alike)} by name, but with other disks: if it is that machine, name the "
                    + "pair with --pair MACHINE=SEEDMACHINE."
        );
    }

    private static string Count(int machines) => machines == 1 ? "one machine" : $"{machines} machines";
}
