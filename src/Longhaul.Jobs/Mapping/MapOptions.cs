using Longhaul.Core.Mapping;

namespace Longhaul.Jobs.Mapping;

/// <summary>What the user said about a mapping.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MapOptions
{
    /// <summary>Machines the user has paired by hand.</summary>
    public IReadOnlyList<MachinePair> Pairs { get; init; } = [];

    /// <summary>Whether the job's retention applies to the points the seed has already.</summary>
    public bool ApplyRetentionToSeed { get; init; }

    /// <summary>Whether to judge only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether the passwords that were given are kept for later runs.</summary>
    public bool Remember { get; init; }
}
