using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Selection;

namespace Longhaul.Core.Mapping;

/// <summary>What is known about a job that may be mapped: a copy job to a seed, a backup job to what it continues.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobFacts
{
    /// <summary>The job; its repository is the target.</summary>
    public required JobDefinition Job { get; init; }

    /// <summary>Name of the target repository, for messages.</summary>
    public required string RepositoryName { get; init; }

    /// <summary>The job's machines, in the job's order; ids unique. Those of a backup job have no sources.</summary>
    public required IReadOnlyList<JobMachine> Machines { get; init; }

    /// <summary>Pairs the user named; they win over everything else.</summary>
    public IReadOnlyList<MachinePair> Pairs { get; init; } = [];

    /// <summary>Results of comparing contents, for the machines for which that was done.</summary>
    public IReadOnlyList<ContentComparison> Comparisons { get; init; } = [];

    /// <summary>Whether the user asked to apply the job's retention to the seed's points.</summary>
    public bool ApplyRetentionToSeed { get; init; }

    /// <summary>The present.</summary>
    public required DateTimeOffset Now { get; init; }
}

/// <summary>A machine of a job.</summary>
/// <param name="Id">The id the job knows it under.</param>
/// <param name="Name">Its name.</param>
/// <param name="Disks">Its disks, as of its newest source point; empty when there is none. As they are, in a backup job.</param>
/// <param name="BlockSize">Block size in bytes of the source it is copied from; null when there is none. That of the job's
/// definition, in a backup job.</param>
/// <param name="Sources">Where its points may come from.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobMachine(
    MachineId Id,
    string Name,
    IReadOnlyList<DiskLayout> Disks,
    int? BlockSize,
    IReadOnlyList<SourceChain> Sources
);

/// <summary>A machine of the job and the machine of the seed that it is, as the user says.</summary>
/// <param name="Machine">The machine, by the job's id.</param>
/// <param name="SeedMachine">The machine, by the seed's id.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachinePair(MachineId Machine, MachineId SeedMachine);

/// <summary>How much of a machine differs between its newest source point and its newest point in the seed.</summary>
/// <param name="Machine">The machine, by the job's id.</param>
/// <param name="ComparedBlocks">Blocks compared that are non-zero on at least one side; 0 or more.</param>
/// <param name="DifferingNonZero">Those among them that differ.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ContentComparison(MachineId Machine, long ComparedBlocks, long DifferingNonZero)
{
    /// <summary>Whether more than half of what was compared differs.</summary>
    public bool MostDiffers => DifferingNonZero > ComparedBlocks - DifferingNonZero;
}
