using Longhaul.Fuzz.Targets;

namespace Longhaul.Fuzz;

/// <summary>All targets: one for each reader of bytes that come from outside.</summary>
internal static class FuzzTargets
{
    /// <summary>The targets, by name.</summary>
    internal static IReadOnlyDictionary<string, FuzzTarget> All { get; } =
        new[]
        {
            FuzzTarget.Of<BackupDescriptorTarget>(),
            FuzzTarget.Of<BlockTarget>(),
            FuzzTarget.Of<CheckpointTarget>(),
            FuzzTarget.Of<ConfigurationTarget>(),
            FuzzTarget.Of<DeadListTarget>(),
            FuzzTarget.Of<JobTarget>(),
            FuzzTarget.Of<KeyListTarget>(),
            FuzzTarget.Of<LeaseTarget>(),
            FuzzTarget.Of<LogTarget>(),
            FuzzTarget.Of<NameTarget>(),
            FuzzTarget.Of<NodeTarget>(),
            FuzzTarget.Of<PageTarget>(),
            FuzzTarget.Of<PasswordTarget>(),
            FuzzTarget.Of<PointTarget>(),
            FuzzTarget.Of<Qcow2Target>(),
            FuzzTarget.Of<RecordTarget>(),
            FuzzTarget.Of<RepositoryDescriptorTarget>(),
            FuzzTarget.Of<SegmentTarget>(),
            FuzzTarget.Of<StatementTarget>(),
            FuzzTarget.Of<VdiTarget>(),
            FuzzTarget.Of<VmdkTarget>(),
        }.ToDictionary(target => target.Name, StringComparer.Ordinal);
}
