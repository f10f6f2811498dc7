using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;

namespace Longhaul.Jobs.Seeding;

/// <summary>What a seed is to be made of.</summary>
/// <param name="Job">The job that is to be mapped to it.</param>
/// <param name="Machine">Name or id of one of the job's machines.</param>
/// <param name="Disks">Images of its disks. An identity the machine does not have, <c>disk0</c>, <c>disk1</c> …, means its disk at
/// that place.</param>
/// <param name="CreatedAt">Of when the images are; null: when they were written last.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ImageSeedRequest(
    JobDefinition Job,
    string Machine,
    IReadOnlyList<MachineDisk> Disks,
    DateTimeOffset? CreatedAt
);
