using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Passwords;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Backups;

/// <summary>Makes the documents of backups and prints them.</summary>
internal static class BackupOutput
{
    /// <summary>Makes documents of backups.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="entries">The backups.</param>
    /// <param name="whole">Whether with machines and points.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<IReadOnlyList<BackupDocument>> DocumentsAsync(
        this CommandContext context,
        IEnumerable<BackupEntry> entries,
        bool whole,
        CancellationToken cancellationToken
    )
    {
        var repositories = await context.RepositoryNamesAsync(cancellationToken);
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var jobs = (await view.Jobs.ListAsync(cancellationToken)).ToDictionary(job => job.Id, job => job.Name);
        var kept = (await view.KeptPasswords.ListAsync(cancellationToken)).Select(one => one.For).ToHashSet();
        var documents = new List<BackupDocument>();
        foreach (var entry in entries)
        {
            var chains = whole
                ? await view.Backups.GetChainsAsync(entry.Repository, entry.Folder, cancellationToken)
                : null;
            documents.Add(
                BackupDocument.Of(
                    entry,
                    repositories.GetValueOrDefault(entry.Repository),
                    chains,
                    kept.Contains(KeptFor.OfBackup(entry.Repository, entry.BackupId))
                        || (entry.Owner is { } owner && kept.Contains(KeptFor.OfJob(owner))),
                    jobs.GetValueOrDefault
                )
            );
        }

        return documents;
    }

    /// <summary>Prints a list of backups.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="backups">The backups.</param>
    public static void PrintBackups(this CommandContext context, IReadOnlyList<BackupDocument> backups) =>
        context.Print(backups, EngineJson.Context.Backups, () => Table(backups));

    /// <summary>Prints one backup, whole.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="backup">The backup.</param>
    public static void PrintBackup(this CommandContext context, BackupDocument backup) =>
        context.Print(backup, EngineJson.Context.BackupDocument, () => new Rows([Facts(backup), .. Chains(backup)]));

    /// <summary>A table of backups.</summary>
    /// <param name="backups">The backups.</param>
    public static IRenderable Table(IReadOnlyList<BackupDocument> backups) =>
        PeopleTables.Things(
            ["Backup", "Repository", "State", "Owner", "Origin", ">Size", "Id"],
            backups.Select(backup =>
                (IReadOnlyList<string?>)
                    [
                        backup.Name,
                        backup.Repository,
                        backup.State,
                        backup.Owner,
                        backup.Origin,
                        SizeValue.Format(backup.SizeBytes),
                        backup.Id[..8],
                    ]
            ),
            "No backups. A job's first run makes one; 'longhaul repository rescan' finds those that were carried there."
        );

    /// <summary>A table of restore points.</summary>
    /// <param name="points">The points.</param>
    public static IRenderable Table(IReadOnlyList<PointDocument> points) =>
        PeopleTables.Things(
            ["Created", "Kind", ">Frees", "Digest", "Point", "Remarks"],
            points.Select(point =>
                (IReadOnlyList<string?>)
                    [
                        InstantValue.FormatShort(point.Created),
                        point.Kind,
                        SizeValue.Format(point.SizeBytes),
                        point.Digest?[..12],
                        point.Id[..12],
                        Remarks(point),
                    ]
            ),
            "No restore points."
        );

    private static string? Remarks(PointDocument point)
    {
        var remarks = new List<string>();
        if (!point.Complete)
        {
            remarks.Add("incomplete");
        }

        if (point.Pinned)
        {
            remarks.Add("pinned");
        }

        if (point.ProtectedUntil is { } until)
        {
            remarks.Add($"protected until {InstantValue.FormatShort(until)}");
        }

        return remarks.Count == 0 ? null : string.Join(", ", remarks);
    }

    private static IRenderable Facts(BackupDocument backup) =>
        PeopleTables.Facts([
            ("Backup", backup.Name),
            ("Id", backup.Id),
            ("Repository", backup.Repository),
            ("State", backup.State),
            ("Owner", backup.Owner is null ? null : $"{backup.Owner} on {backup.OwnerServer}"),
            ("Origin", backup.Origin),
            ("Block size", SizeValue.Format(backup.BlockSize)),
            ("Size", SizeValue.Format(backup.SizeBytes)),
            (
                "Newest record",
                backup.RecordWritten is { } written
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"{backup.RecordNumber}, of {InstantValue.FormatShort(written)}"
                    )
                    : null
            ),
            (
                "Encrypted",
                backup.Encrypted ? $"yes; {(backup.PasswordKept ? "a" : "no")} password is kept for it" : null
            ),
            ("Not verified since", backup.UnverifiedSince is { } since ? InstantValue.FormatShort(since) : null),
            ("Last verified", backup.LastVerified?.ToText()),
            (
                "Faults",
                backup.Faults.Count == 0
                    ? null
                    : string.Create(CultureInfo.InvariantCulture, $"{backup.Faults.Count}: {backup.Faults[0]}")
            ),
        ]);

    private static IEnumerable<IRenderable> Chains(BackupDocument backup)
    {
        foreach (var machine in backup.Machines ?? [])
        {
            yield return new Text($"\n{machine.Name} ({machine.Chain})", new Style(decoration: Decoration.Bold));
            yield return Table(machine.Points);
        }
    }
}
