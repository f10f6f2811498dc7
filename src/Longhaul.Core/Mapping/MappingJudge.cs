using Longhaul.Core.Backups;

namespace Longhaul.Core.Mapping;

/// <summary>Answers "may this backup seed this job?" with every check made and listed.</summary>
/// <remarks>Source: the table "May this backup seed this job?"; the order of <see cref="s_rules"/> is its order, the
/// order of consequence.</remarks>
public static class MappingJudge
{
    private static readonly MappingRule[] s_rules =
    [
        new(MappingCodes.OtherRepository, PlaceRules.OtherRepository),
        new(MappingCodes.Unsupported, PlaceRules.Unsupported),
        new(MappingCodes.Duplicate, PlaceRules.Duplicate),
        new(MappingCodes.Kind, OriginRules.Kind),
        new(MappingCodes.AgentManaged, OriginRules.AgentManaged),
        new(MappingCodes.ReverseIncremental, ChainShapeRules.ReverseIncremental),
        new(MappingCodes.MixedChain, ChainShapeRules.MixedChain),
        new(MappingCodes.SeedEncrypted, EncryptionRules.SeedEncrypted),
        new(MappingCodes.SeedNotEncrypted, EncryptionRules.SeedNotEncrypted),
        new(MappingCodes.SeedLocked, EncryptionRules.SeedLocked),
        new(MappingCodes.IncompleteChain, ChainShapeRules.IncompleteChain),
        new(MappingCodes.Owned, OwnershipRules.Owned),
        new(MappingCodes.Busy, OwnershipRules.Busy),
        new(MappingCodes.NoCommonMachine, MachineRules.NoCommonMachine),
        new(MappingCodes.AmbiguousMachine, MachineRules.AmbiguousMachine),
        new(MappingCodes.MachineMissing, MachineRules.MachineMissing),
        new(MappingCodes.ContentDiffers, ContentRules.ContentDiffers),
        new(MappingCodes.DiskChanged, ContentRules.DiskChanged),
        new(MappingCodes.BlockSize, ContentRules.BlockSize),
        new(MappingCodes.SeedNewer, ContentRules.SeedNewer),
        new(MappingCodes.Unverified, ContentRules.Unverified),
        new(MappingCodes.Retention, RetentionRules.Retention),
        new(MappingCodes.Protected, RetentionRules.Protected),
    ];

    /// <summary>Every code, in the order of consequence.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. s_rules.Select(rule => rule.Code)];

    /// <summary>Judges one backup for one job.</summary>
    /// <param name="seed">The backup.</param>
    /// <param name="job">The job: a copy job, or a backup job that is to continue the backup.</param>
    /// <exception cref="LonghaulException"><c>usage.pair</c>: see <see cref="MachineMatcher"/>.</exception>
    public static MappingVerdict Judge(SeedFacts seed, JobFacts job)
    {
        ArgumentNullException.ThrowIfNull(seed);
        ArgumentNullException.ThrowIfNull(job);
        var facts = new MappingCase(seed, job);
        var removals = facts.Removals.Select(point => new SeedPoint(point.Point, point.CreatedAt)).ToList();
        return new()
        {
            BackupId = seed.BackupId,
            Backup = seed.Name,
            Checks = [.. s_rules.Select(rule => Check(rule, facts))],
            Machines = [.. job.Machines.Select(machine => Mapped(facts, machine))],
            ForeignMachines = [.. facts.Match.Foreign.Select(chain => chain.DisplayName)],
            PointsToRemove = removals,
            PointsToPin = removals.Count == 0 || job.ApplyRetentionToSeed ? [] : Unpinned(facts),
        };
    }

    private static MappingCheck Check(MappingRule rule, MappingCase facts)
    {
        var (verdict, message, hint) = rule.Judge(facts);
        return new(rule.Code, verdict, message, hint);
    }

    private static MappedMachine Mapped(MappingCase facts, JobMachine machine)
    {
        if (facts.Match.Matched.FirstOrDefault(found => found.Machine.Id == machine.Id) is not { } found)
        {
            return new(machine.Id, machine.Name, null, null, null, null);
        }

        var baseline = facts.SeemsAnother(found) ? null : found.Seed.Points.LastOrDefault(point => point.IsComplete);
        return new(machine.Id, machine.Name, found.Seed.MachineId, found.Seed.DisplayName, found.By, baseline?.Id);
    }

    private static List<PointId> Unpinned(MappingCase facts) =>
        [
            .. facts
                .Match.Matched.SelectMany(found => found.Seed.Points)
                .Where(point => point.Pin == PinReason.None)
                .Select(point => point.Id),
        ];
}
