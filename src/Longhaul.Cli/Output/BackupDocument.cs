using System.Text.Json.Serialization;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Values;
using Longhaul.Core.Backups;

namespace Longhaul.Cli.Output;

/// <summary>A backup, as <c>backup show</c> and <c>backup list</c> print it.</summary>
internal sealed record BackupDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string InstanceId { get; init; }
    public required string? Repository { get; init; }
    public required string RepositoryId { get; init; }
    public required string Origin { get; init; }
    public required string State { get; init; }
    public required string? Owner { get; init; }
    public required string? OwnerId { get; init; }
    public required string? OwnerServer { get; init; }
    public required int BlockSize { get; init; }
    public required bool Encrypted { get; init; }

    /// <summary>Whether a password is kept for it, or for the job that owns it.</summary>
    public required bool PasswordKept { get; init; }
    public required long SizeBytes { get; init; }

    /// <summary>Number of the newest record of its log, and when it was written: for a person to compare where nobody remembers.</summary>
    public required long RecordNumber { get; init; }
    public required DateTimeOffset? RecordWritten { get; init; }
    public required DateTimeOffset? UnverifiedSince { get; init; }
    public required IReadOnlyList<string> Faults { get; init; }

    /// <summary>Only where the folder was read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LastVerifiedDocument? LastVerified { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<MachineChainDocument>? Machines { get; init; }

    /// <summary>Makes the document.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="repository">Its repository's name.</param>
    /// <param name="chains">Its chains; null for a list.</param>
    /// <param name="passwordKept">Whether a password is kept for it, or for the job that owns it.</param>
    /// <param name="jobName">Finds a job's name; null when it is not known.</param>
    public static BackupDocument Of(
        BackupEntry entry,
        string? repository,
        IReadOnlyList<CachedChain>? chains,
        bool passwordKept,
        Func<JobId, string?> jobName
    ) =>
        new()
        {
            Id = entry.BackupId.ToString(),
            Name = entry.Folder,
            InstanceId = entry.InstanceId.ToString(),
            Repository = repository,
            RepositoryId = entry.Repository.ToString(),
            Origin = EngineWords.Of(entry.Origin),
            State = EngineWords.Of(entry.State),
            Owner = entry.Owner is { } owner ? jobName(owner) ?? entry.OwnerName : null,
            OwnerId = entry.Owner?.ToString(),
            OwnerServer = entry.OwnerServer,
            BlockSize = entry.BlockSize,
            Encrypted = entry.Encrypted,
            PasswordKept = passwordKept,
            SizeBytes = entry.SizeBytes,
            RecordNumber = entry.LogNumber,
            RecordWritten = entry.LogWrittenAt,
            UnverifiedSince = entry.UnverifiedSince,
            Faults = entry.Faults,
            Machines = chains is null ? null : [.. chains.Select(chain => MachineChainDocument.Of(chain, jobName))],
        };

    /// <summary>The chain of one machine.</summary>
    internal sealed record MachineChainDocument(
        [property: JsonPropertyName("machine")] string Name,
        string MachineId,
        string Chain,
        IReadOnlyList<PointDocument> Points
    )
    {
        /// <summary>Makes the document.</summary>
        /// <param name="chain">The chain.</param>
        /// <param name="jobName">Finds a job's name.</param>
        public static MachineChainDocument Of(CachedChain chain, Func<JobId, string?> jobName) =>
            new(
                chain.Machine ?? chain.MachineId.ToString(),
                chain.MachineId.ToString(),
                EngineWords.Of(chain.ToChain().Shape),
                [.. chain.Points.Select(point => PointDocument.Of(point.Point, point.SizeBytes, jobName))]
            );
    }
}

/// <summary>A restore point inside a backup.</summary>
internal sealed record PointDocument
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required string Kind { get; init; }
    public required string? Parent { get; init; }
    public required long SizeBytes { get; init; }
    public required string? Digest { get; init; }
    public required string? SourcePoint { get; init; }
    public required string? Job { get; init; }
    public required string JobId { get; init; }
    public required bool Complete { get; init; }
    public required bool Pinned { get; init; }

    /// <summary>Until when it is, or was, protected from deletion, by the repository's protected clock; null: it never was.</summary>
    public required DateTimeOffset? ProtectedUntil { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Machine { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MachineId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Backup { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BackupId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Repository { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Disk>? Disks { get; init; }

    /// <summary>Makes the document.</summary>
    /// <param name="point">The point.</param>
    /// <param name="sizeBytes">What removing it would free.</param>
    /// <param name="jobName">Finds a job's name.</param>
    public static PointDocument Of(RestorePoint point, long sizeBytes, Func<JobId, string?> jobName) =>
        new()
        {
            Id = point.Id.ToString(),
            Name = point.Id.ToString(),
            Created = point.CreatedAt,
            Kind = JsonWords.Of(point.Kind),
            Parent = point.Parent?.ToString(),
            SizeBytes = sizeBytes,
            Digest = point.Root.IsEmpty ? null : point.Root.ToString(),
            SourcePoint = point.SourcePoint?.ToString(),
            Job = jobName(point.Job),
            JobId = point.Job.ToString(),
            Complete = point.IsComplete,
            Pinned = point.Pin != PinReason.None,
            ProtectedUntil = point.ProtectedUntil,
        };

    /// <summary>A disk of the point.</summary>
    internal sealed record Disk([property: JsonPropertyName("disk")] string Id, long SizeBytes);
}
