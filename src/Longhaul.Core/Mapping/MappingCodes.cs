namespace Longhaul.Core.Mapping;

/// <summary>The codes of the checks; each has one meaning for ever.</summary>
public static class MappingCodes
{
    /// <summary>The backup is not in the job's target repository.</summary>
    public const string OtherRepository = "mapping.other-repository";

    /// <summary>Newer format, or an unknown feature that is required.</summary>
    public const string Unsupported = "mapping.unsupported";

    /// <summary>Two folders of this instance in the target repository.</summary>
    public const string Duplicate = "mapping.duplicate";

    /// <summary>A copy job of machines and an agent's backup, or the other way round.</summary>
    public const string Kind = "mapping.kind";

    /// <summary>An agent copy job, and a backup that a managed agent's job had a hand in.</summary>
    public const string AgentManaged = "mapping.agent-managed";

    /// <summary>A chain made by the reverse method.</summary>
    public const string ReverseIncremental = "mapping.reverse-incremental";

    /// <summary>A chain with increments and reverse increments.</summary>
    public const string MixedChain = "mapping.mixed-chain";

    /// <summary>The seed is encrypted, the job is not.</summary>
    public const string SeedEncrypted = "mapping.seed-encrypted";

    /// <summary>The job is encrypted, the seed is not.</summary>
    public const string SeedNotEncrypted = "mapping.seed-not-encrypted";

    /// <summary>The seed's password is not given, or wrong.</summary>
    public const string SeedLocked = "mapping.seed-locked";

    /// <summary>Something that a point of the seed needs is missing or damaged.</summary>
    public const string IncompleteChain = "mapping.incomplete-chain";

    /// <summary>Another job owns the backup.</summary>
    public const string Owned = "mapping.owned";

    /// <summary>Somebody is at work in the backup.</summary>
    public const string Busy = "mapping.busy";

    /// <summary>Seed and job share no machine.</summary>
    public const string NoCommonMachine = "mapping.no-common-machine";

    /// <summary>Two machines fit one.</summary>
    public const string AmbiguousMachine = "mapping.ambiguous-machine";

    /// <summary>A machine of the job is not in the seed.</summary>
    public const string MachineMissing = "mapping.machine-missing";

    /// <summary>Matched by name, but most of it differs.</summary>
    public const string ContentDiffers = "mapping.content-differs";

    /// <summary>A disk was added, removed or resized.</summary>
    public const string DiskChanged = "mapping.disk-changed";

    /// <summary>Source and seed have different block sizes.</summary>
    public const string BlockSize = "mapping.block-size";

    /// <summary>No source point is newer than the seed's newest.</summary>
    public const string SeedNewer = "mapping.seed-newer";

    /// <summary>The seed was not verified since it arrived.</summary>
    public const string Unverified = "mapping.unverified";

    /// <summary>The job's retention would remove points of the seed.</summary>
    public const string Retention = "mapping.retention";

    /// <summary>Points of the seed cannot be deleted when retention would.</summary>
    public const string Protected = "mapping.protected";
}
