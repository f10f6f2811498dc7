using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Engine.Verifying;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Backups;

/// <summary>Makes the document of a verification, and shows it.</summary>
internal static class VerifyOutput
{
    /// <summary>Makes the document.</summary>
    /// <param name="entry">The backup.</param>
    /// <param name="report">What was found.</param>
    /// <param name="by">How it was verified.</param>
    /// <param name="parts">Of how many parts a sample read one; null where all was read, or nothing.</param>
    /// <param name="lastVerified">What is known from here on.</param>
    public static VerifyDocument Document(
        BackupEntry entry,
        VerifyReport report,
        string by,
        int? parts,
        LastVerifiedDocument lastVerified
    ) =>
        new(
            entry.Folder,
            entry.BackupId.ToString(),
            report.PointsChecked,
            report.BlocksChecked,
            report.BytesRead,
            [
                .. report.Damaged.Select(damage => new VerifyDocument.Damage(
                    [.. damage.Points.Select(point => point.ToString())],
                    damage.Machine,
                    damage.Disk,
                    damage.Block,
                    damage.File,
                    damage.Offset,
                    damage.What
                )),
            ],
            report.DamagedUnlisted,
            by,
            parts is { } of ? new VerifyDocument.Part(of, report.Chosen.Count, report.Verified.Count) : null,
            lastVerified
        );

    /// <summary>Shows the document to people.</summary>
    /// <param name="report">The document.</param>
    public static IRenderable Show(VerifyDocument report)
    {
        var part = report.Sample is { } sample
            ? string.Create(CultureInfo.InvariantCulture, $"1/{sample.Of}, {sample.Segments} segments by {report.By}: ")
            : "";
        var summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{part}{report.PointsChecked} restore points, {report.BlocksChecked} blocks, {SizeValue.Format(report.BytesRead)} read: "
        );
        var last = new Text($"Last verified: {report.LastVerified.ToText()}.\n");
        return report.Damaged.Count == 0
            ? new Rows(new Text(summary + "no damage found."), last)
            : new Rows(
                new Text(summary + $"{report.Damaged.Count + report.DamagedUnlisted} damaged places."),
                PeopleTables.Things(
                    ["File", ">Offset", "What", "Disk", "Points"],
                    report.Damaged.Select(damage =>
                        (IReadOnlyList<string?>)
                            [
                                damage.File,
                                damage.Offset.ToString(CultureInfo.InvariantCulture),
                                damage.What,
                                damage.Disk,
                                string.Join(", ", damage.Points.Select(point => point[..8])),
                            ]
                    ),
                    ""
                ),
                last
            );
    }
}
