using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Values;
using Longhaul.Engine.Repairing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Output;

/// <summary>What <c>backup repair</c> prints.</summary>
internal sealed record RepairDocument(
    string Backup,
    string BackupId,
    IReadOnlyList<string> From,
    bool DryRun,
    long Damaged,
    int BlocksMended,
    long BytesFetched,
    long BytesWritten,
    IReadOnlyList<RepairDocument.Left> NotMended,
    long NotMendedUnlisted,
    IReadOnlyList<string> PointsMarked,
    IReadOnlyList<string> PointsWhole
)
{
    /// <summary>Damage that stays.</summary>
    internal sealed record Left(
        IReadOnlyList<string> Points,
        string? Machine,
        string? Disk,
        long? Block,
        string File,
        string Why
    );

    /// <summary>Makes the document.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="sources">What it was repaired from.</param>
    /// <param name="report">What was done.</param>
    /// <param name="isDryRun">Whether nothing was.</param>
    public static RepairDocument Of(
        BackupEntry entry,
        IEnumerable<BackupEntry> sources,
        RepairReport report,
        bool isDryRun
    ) =>
        new(
            entry.Folder,
            entry.BackupId.ToString(),
            [.. sources.Select(source => source.Folder)],
            isDryRun,
            report.Found,
            report.BlocksMended,
            report.BytesFetched,
            report.BytesWritten,
            [
                .. report.NotMended.Select(one => new Left(
                    [.. one.Points.Select(point => point.ToString())],
                    one.Machine,
                    one.Disk,
                    one.Block,
                    one.File,
                    one.Why
                )),
            ],
            report.NotMendedUnlisted,
            [.. report.PointsMarked.Select(point => point.ToString())],
            [.. report.PointsWhole.Select(point => point.ToString())]
        );

    /// <summary>Shows it to people.</summary>
    /// <param name="copyJob">The copy job that will send again what is missing; null when there is none.</param>
    public IRenderable ToPeople(string? copyJob)
    {
        if (Damaged == 0)
        {
            return new Text($"Nothing of backup '{Backup}' is damaged.{Marks("whole again", PointsWhole)}\n");
        }

        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{Damaged} damaged, {BlocksMended} blocks {(DryRun ? "can be mended" : "mended")}, {SizeValue.Format(BytesFetched)} fetched, {SizeValue.Format(BytesWritten)} written."
        );
        summary += Marks(DryRun ? "to be marked incomplete" : "incomplete from now on", PointsMarked);
        summary += Marks("whole again", PointsWhole);
        if (NotMended.Count == 0)
        {
            return new Text(summary + "\n");
        }

        return new Rows(
            new Text(summary),
            PeopleTables.Things(
                ["File", "Machine", "Disk", ">Block", "Why it stays damaged", "Points"],
                NotMended.Select(one =>
                    (IReadOnlyList<string?>)
                        [
                            one.File,
                            one.Machine,
                            one.Disk,
                            one.Block?.ToString(CultureInfo.InvariantCulture),
                            one.Why,
                            string.Join(", ", one.Points.Select(point => point[..8])),
                        ]
                ),
                ""
            ),
            new Text(
                NotMendedUnlisted == 0
                    ? ""
                    : string.Create(CultureInfo.InvariantCulture, $"And {NotMendedUnlisted} more damaged places.\n")
            ),
            new Text(
                copyJob is null
                    ? "Ask another backup with --from, or delete the points that suffer.\n"
                    : $"The next run of job '{copyJob}' verifies the backup, and sends again what the newest points lack.\n"
            )
        );
    }

    private static string Marks(string what, IReadOnlyList<string> points) =>
        points.Count == 0 ? "" : $" {points.Count} restore points {what}.";
}
