using Longhaul.Core.Backups;
using Longhaul.Core.Machines;

namespace Longhaul.Core.Mapping;

/// <summary>Finds the machines of a job in a seed.</summary>
/// <remarks>
/// <para>First the pairs the user named, then equal ids, then equal names with disks of the same identities and sizes,
/// in any order. What one step has found the next does not look at. A name alone is no match: the machine is missing
/// then, and a pair makes it one. Machines of the seed without points are as if they were not there.</para>
/// </remarks>
public static class MachineMatcher
{
    /// <summary>Matches.</summary>
    /// <param name="machines">The job's machines; ids unique.</param>
    /// <param name="seed">The seed's chains; machine ids unique.</param>
    /// <param name="pairs">What the user said.</param>
    /// <exception cref="LonghaulException"><c>usage.pair</c>: a pair names a machine that is not there, or one
    /// twice.</exception>
    public static MachineMatch Match(
        IReadOnlyList<JobMachine> machines,
        IReadOnlyList<MachineChain> seed,
        IReadOnlyList<MachinePair> pairs
    )
    {
        ArgumentNullException.ThrowIfNull(machines);
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(pairs);
        var open = machines.ToDictionary(machine => machine.Id);
        var free = seed.Where(chain => chain.Points.Count > 0).ToDictionary(chain => chain.MachineId);
        var matched = new Dictionary<MachineId, MatchedMachine>();
        void Found(JobMachine machine, MachineChain chain, MatchedBy by)
        {
            matched.Add(machine.Id, new(machine, chain, by));
            open.Remove(machine.Id);
            free.Remove(chain.MachineId);
        }

        foreach (var pair in pairs)
        {
            if (!open.TryGetValue(pair.Machine, out var machine) || !free.TryGetValue(pair.SeedMachine, out var chain))
            {
                throw Errors.UsagePair(pair.Machine, pair.SeedMachine);
            }

            Found(machine, chain, pair.ByName ? MatchedBy.Name : MatchedBy.Pair);
        }

        foreach (var machine in machines)
        {
            if (open.ContainsKey(machine.Id) && free.TryGetValue(machine.Id, out var chain))
            {
                Found(machine, chain, MatchedBy.Id);
            }
        }

        var fits = open.Values.ToDictionary(machine => machine.Id, machine => Fitting(machine, free.Values));
        var claims = fits.Values.SelectMany(chains => chains).CountBy(chain => chain.MachineId).ToDictionary();
        var ambiguous = new Dictionary<MachineId, AmbiguousMachine>();
        foreach (var (id, chains) in fits.Where(fit => fit.Value.Count > 0))
        {
            if (chains.Count == 1 && claims[chains[0].MachineId] == 1)
            {
                Found(open[id], chains[0], MatchedBy.Name);
            }
            else
            {
                ambiguous.Add(id, new(open[id], chains));
            }
        }

        return new(
            [.. machines.Where(machine => matched.ContainsKey(machine.Id)).Select(machine => matched[machine.Id])],
            [.. machines.Where(machine => open.ContainsKey(machine.Id) && !ambiguous.ContainsKey(machine.Id))],
            [.. seed.Where(chain => free.ContainsKey(chain.MachineId) && !claims.ContainsKey(chain.MachineId))],
            [.. machines.Where(machine => ambiguous.ContainsKey(machine.Id)).Select(machine => ambiguous[machine.Id])]
        );
    }

    /// <summary>Matches in a later run, by what mapping remembered.</summary>
    /// <param name="machines">The job's machines; ids unique.</param>
    /// <param name="backup">The chains of the job's backup; machine ids unique.</param>
    /// <param name="remembered">The pairs of <see cref="Jobs.JobDefinition.Pairs"/>; those one side of which is gone
    /// count for nothing.</param>
    public static MachineMatch MatchRemembered(
        IReadOnlyList<JobMachine> machines,
        IReadOnlyList<MachineChain> backup,
        IReadOnlyList<MachinePair> remembered
    )
    {
        var here = machines.Select(machine => machine.Id).ToHashSet();
        var there = backup.Where(chain => chain.Points.Count > 0).Select(chain => chain.MachineId).ToHashSet();
        return Match(
            machines,
            backup,
            [.. remembered.Where(pair => here.Contains(pair.Machine) && there.Contains(pair.SeedMachine))]
        );
    }

    private static List<MachineChain> Fitting(JobMachine machine, IEnumerable<MachineChain> seed) =>
        [.. seed.Where(chain => chain.MachineName == machine.Name && SameDisks(chain.Disks, machine.Disks))];

    private static bool SameDisks(IReadOnlyList<DiskLayout> left, IReadOnlyList<DiskLayout> right) =>
        left.Count > 0 && left.Count == right.Count && left.ToHashSet().SetEquals(right);
}
