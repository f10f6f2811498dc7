using System.Text.Json.Serialization;
using Longhaul.Core;
using Longhaul.Engine.Reclaiming;

namespace Longhaul.Cli.Output;

/// <summary>What <c>point restore</c> prints.</summary>
internal sealed record RestoreDocument(
    string Point,
    IReadOnlyList<RestoreDocument.File> Files,
    long BytesRead,
    double Seconds
)
{
    /// <summary>A restored disk.</summary>
    internal sealed record File(string Disk, string Path, long SizeBytes);
}

/// <summary>What <c>backup verify</c> prints.</summary>
internal sealed record VerifyDocument(
    string Backup,
    string BackupId,
    int PointsChecked,
    long BlocksChecked,
    long BytesRead,
    IReadOnlyList<VerifyDocument.Damage> Damaged,
    long DamagedUnlisted,
    string By,
    VerifyDocument.Part? Sample,
    LastVerifiedDocument LastVerified
)
{
    /// <summary>What a sample read: 1 of so many parts.</summary>
    internal sealed record Part(int Of, int Segments, int SegmentsVerified);

    /// <summary>One damaged place.</summary>
    internal sealed record Damage(
        IReadOnlyList<string> Points,
        string? Machine,
        string? Disk,
        long? Block,
        string File,
        long Offset,
        string What
    );
}

/// <summary>What <c>repository rescan</c> prints.</summary>
internal sealed record RescanDocument(
    string Repository,
    string RepositoryId,
    IReadOnlyList<BackupDocument> Backups,
    IReadOnlyList<string> New,
    IReadOnlyList<string> Vanished,
    IReadOnlyList<RescanDocument.DamagedFolder> Damaged,
    IReadOnlyList<string> Foreign,
    IReadOnlyList<RescanDocument.Finding> Findings
)
{
    /// <summary>One thing that was found, and what to do.</summary>
    internal sealed record Finding(
        string Kind,
        string Folder,
        string Message,
        string Hint,
        string? From,
        string? Code,
        IReadOnlyList<string> Details
    );

    /// <summary>A folder that cannot be read.</summary>
    internal sealed record DamagedFolder(string Folder, string Code, string Message, string Hint);
}

/// <summary>What <c>repository reclaim</c> prints.</summary>
internal sealed record ReclaimDocument(
    string Repository,
    string RepositoryId,
    IReadOnlyList<ReclaimDocument.Reclaimed> Backups,
    long BytesCondemned,
    long BytesFreed,
    long BytesWaiting
)
{
    /// <summary>What was freed in one backup; or why nothing was.</summary>
    internal sealed record Reclaimed(
        string Backup,
        int SegmentsDeleted,
        int FilesDeleted,
        long BytesCondemned,
        long BytesFreed,
        long BytesWaiting,
        int SegmentsCompacted,
        long BytesCompacted,
        IReadOnlyList<string> Damaged,
        IReadOnlyList<string> HeldBackBy,
        ErrorDocument.Body? Error
    )
    {
        /// <summary>Bytes among those that wait of files that are protected from deletion.</summary>
        public long BytesProtected { get; init; }

        /// <summary>Files that came under protection.</summary>
        public int FilesProtected { get; init; }

        /// <summary>Files whose protection was lifted.</summary>
        public int FilesLifted { get; init; }

        /// <summary>Tells of a backup that was reclaimed.</summary>
        public static Reclaimed Of(string backup, ReclaimReport report) =>
            new(
                backup,
                report.SegmentsDeleted,
                report.FilesDeleted,
                report.BytesSwept,
                report.BytesFreed,
                report.BytesWaiting,
                report.Compaction.Segments,
                report.Compaction.BytesWritten,
                report.Compaction.Damaged,
                [.. report.HeldBackBy.Select(lease => lease.ToString())],
                Error: null
            )
            {
                BytesProtected = report.BytesProtected,
                FilesProtected = report.FilesProtected,
                FilesLifted = report.FilesLifted,
            };

        /// <summary>Tells of a backup that could not be reclaimed.</summary>
        public static Reclaimed Of(string backup, LonghaulException error) =>
            new(backup, 0, 0, 0, 0, 0, 0, 0, [], [], ErrorDocument.Of(error).Error);
    }
}

/// <summary>What commands print that change who owns a backup, or what it is.</summary>
internal sealed record BackupChangeDocument(string Backup, string BackupId, string Done);

/// <summary>What <c>job unmap</c> prints.</summary>
internal sealed record UnmapDocument(string Job, string JobId, string? Backup);

/// <summary>What <c>point pin</c> and <c>point unpin</c> print.</summary>
internal sealed record PinnedPointDocument(string Id, string Backup, string BackupId, bool Pinned);

/// <summary>What <c>point delete</c> prints.</summary>
internal sealed record DeletedPointDocument(string Id, string Backup, string BackupId, long BytesCondemned);

/// <summary>What <c>backup delete</c> prints.</summary>
internal sealed record DeletedBackupDocument(string Backup, string BackupId, long BytesFreed);

/// <summary>What <c>backup encrypt</c> prints.</summary>
internal sealed record EncryptedBackupDocument(
    string Backup,
    string BackupId,
    bool Encrypted,
    int Segments,
    long BytesWritten,
    long BytesResumed
);

/// <summary>What <c>backup convert</c> prints.</summary>
internal sealed record ConvertDocument(
    string Backup,
    string BackupId,
    IReadOnlyList<ConvertDocument.Converted> Machines
)
{
    /// <summary>One converted chain.</summary>
    internal sealed record Converted(
        [property: JsonPropertyName("machine")] string Name,
        string MachineId,
        int PointsChanged
    );
}
