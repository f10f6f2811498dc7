using Longhaul.Core.Backups;

namespace Longhaul.Core.Mapping;

/// <summary>Which machine of a job is which machine of a seed.</summary>
/// <param name="Matched">In the job's order.</param>
/// <param name="Missing">Machines of the job that the seed lacks, in the job's order.</param>
/// <param name="Foreign">Machines of the seed that the job lacks, in the seed's order.</param>
/// <param name="Ambiguous">Machines of the job that several machines of the seed fit, or that share the one that fits
/// with another machine of the job; in the job's order.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachineMatch(
    IReadOnlyList<MatchedMachine> Matched,
    IReadOnlyList<JobMachine> Missing,
    IReadOnlyList<MachineChain> Foreign,
    IReadOnlyList<AmbiguousMachine> Ambiguous
)
{
    /// <summary>What to remember in the job once it is mapped (<see cref="Jobs.JobDefinition.Pairs"/>): machines that
    /// go on under another id than the job's. Names and disks may change later; these do not.</summary>
    public IReadOnlyList<MachinePair> Pairs =>
        [
            .. Matched
                .Where(found => found.Machine.Id != found.Seed.MachineId)
                .Select(found => new MachinePair(found.Machine.Id, found.Seed.MachineId, found.By == MatchedBy.Name)),
        ];
}

/// <summary>A machine found.</summary>
/// <param name="Machine">The job's machine.</param>
/// <param name="Seed">Its chain in the seed; has at least one point.</param>
/// <param name="By">How it was found.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MatchedMachine(JobMachine Machine, MachineChain Seed, MatchedBy By);

/// <summary>A machine for which the user has to say which it is.</summary>
/// <param name="Machine">The job's machine.</param>
/// <param name="Candidates">The seed's machines that fit; at least one.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record AmbiguousMachine(JobMachine Machine, IReadOnlyList<MachineChain> Candidates);

/// <summary>How a machine was found in a seed.</summary>
public enum MatchedBy
{
    /// <summary>By its id.</summary>
    Id = 1,

    /// <summary>By its name, and the identities and sizes of all its disks.</summary>
    Name = 2,

    /// <summary>The user said so.</summary>
    Pair = 3,
}
