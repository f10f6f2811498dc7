using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Values;
using Longhaul.Core.Verifying;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;

namespace Longhaul.Cli.Output;

/// <summary>How long ago what a backup stores was verified by this installation.</summary>
/// <param name="Content">Blocks compared with their digests.</param>
/// <param name="Checksum">By content or by checksum, whichever was later.</param>
/// <param name="Days">The days that the shares look back.</param>
internal sealed record LastVerifiedDocument(
    LastVerifiedDocument.Way Content,
    LastVerifiedDocument.Way Checksum,
    int Days
)
{
    /// <summary>Sums up what is known.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="checks">What is known of it.</param>
    /// <param name="now">The time.</param>
    public static LastVerifiedDocument Of(OpenBackup backup, SegmentChecks checks, DateTimeOffset now)
    {
        var segments = BackupVerifier.SegmentsOf(backup.Folder.State);
        return new(
            Way.Of(LastVerified.Of(segments, checks.Contents, now)),
            Way.Of(LastVerified.Of(segments, checks.Checksums, now)),
            LastVerified.Days
        );
    }

    /// <summary>One line for people.</summary>
    public string ToText() => $"{Content.ToText("content", Days)}; {Checksum.ToText("checksum", Days)}";

    /// <summary>One way of verifying.</summary>
    internal sealed record Way(DateTimeOffset? Oldest, DateTimeOffset? Newest, int Segments, int Never, double Share)
    {
        /// <summary>Makes the document.</summary>
        public static Way Of(LastVerified last) =>
            new(last.Oldest, last.Newest, last.Segments, last.Never, Math.Round(last.Share, 4));

        /// <summary>A clause for people.</summary>
        public string ToText(string by, int days) =>
            Newest is null
                ? $"by {by} never"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"by {by} {Math.Floor(Share * 100)} % within {days} days, {Rest()}"
                );

        private string Rest() =>
            Oldest is { } oldest
                ? $"the oldest {InstantValue.FormatShort(oldest)}"
                : string.Create(CultureInfo.InvariantCulture, $"{Never} of {Segments} segments never");
    }
}
