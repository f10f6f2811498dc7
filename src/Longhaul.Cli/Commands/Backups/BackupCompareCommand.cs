using System.CommandLine;
using System.Globalization;
using Longhaul.Catalog.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Comparing;
using Longhaul.Storage.Stores;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup compare A B [--to FILE]</c> and <c>backup compare --check FILE</c>.</summary>
internal sealed class BackupCompareCommand : CliCommand
{
    private readonly Argument<string[]> _backups = new("BACKUP")
    {
        Description = "The two backups: name, REPOSITORY/NAME or id",
        Arity = new ArgumentArity(0, 2),
    };
    private readonly Option<string?> _to = CliOptions.Text("--to", "FILE", "Keep the statement in a file");
    private readonly Option<string?> _check = CliOptions.Text(
        "--check",
        "FILE",
        "Look whether both backups still hold what a statement says"
    );

    /// <summary>Makes the command.</summary>
    public BackupCompareCommand()
        : base(
            "compare",
            "Proves by digests that two backups hold the same restore points; reads kilobytes, whatever the disks' size",
            "longhaul backup compare near/nightly far/offsite --to 2026-11.json",
            "longhaul backup compare --check 2026-11.json"
        )
    {
        Add(_backups);
        Add(_to);
        Add(_check);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var backups = context.Value(_backups);
        return (backups.Length, context.Value(_check)) switch
        {
            (2, null) => CompareAsync(context, backups[0], backups[1], cancellationToken),
            (0, { } file) when !context.IsGiven(_to) => CheckAsync(context, file, cancellationToken),
            _ => throw Errors.UsageInvalid("two backups are compared, or a statement is checked"),
        };
    }

    private async Task<int> CompareAsync(
        CommandContext context,
        string one,
        string other,
        CancellationToken cancellationToken
    )
    {
        var wire = new Wire();
        using var a = await OpenAsync(await context.FindBackupAsync(one, cancellationToken));
        using var b = await OpenAsync(await context.FindBackupAsync(other, cancellationToken));
        var (compared, pairing) = await BackupComparer.CompareAsync(a, b, cancellationToken);
        var statement = new ComparisonDocument
        {
            Version = ComparisonDocument.CurrentVersion,
            Time = context.Now,
            A = SideOf(a),
            B = SideOf(b),
            Same = compared.All(pair => pair.IsSame),
            Points = [.. compared.Select(ComparisonDocument.Pair.Of)],
            OnlyInA = [.. pairing.OnlyInA.Select(ComparisonDocument.Single.Of)],
            OnlyInB = [.. pairing.OnlyInB.Select(ComparisonDocument.Single.Of)],
            BytesRead = wire.Counter.Received,
        };
        if (context.Value(_to) is { } file)
        {
            await StatementFile.WriteAsync(Path.GetFullPath(file), statement, cancellationToken);
        }

        context.Print(statement, StatementFile.Json, () => Show(statement));
        return statement.Same ? ExitCodes.Done : ExitCodes.Damaged;

        ValueTask<OpenBackup> OpenAsync(BackupEntry entry) =>
            context.Workplace().OpenBackupAsync(entry, wire, cancellationToken);
    }

    private static async Task<int> CheckAsync(CommandContext context, string path, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(path);
        var statement = await StatementFile.ReadAsync(file, cancellationToken);
        var wire = new Wire();
        using var a = await OpenAsync(statement.A);
        using var b = await OpenAsync(statement.B);
        var claims = new List<ComparisonCheckDocument.Claim>();
        foreach (var pair in statement.Points.Where(pair => pair.Same))
        {
            var (inA, inB) = (StatementFile.Decode(file, pair.A), StatementFile.Decode(file, pair.B));
            claims.Add(
                new(
                    pair.Machine,
                    pair.Created,
                    JsonWords.Of(await BackupComparer.CheckAsync(a, inA.Point, inA.Root, cancellationToken)),
                    JsonWords.Of(await BackupComparer.CheckAsync(b, inB.Point, inB.Root, cancellationToken))
                )
            );
        }

        var differs = JsonWords.Of(ClaimState.Differs);
        var document = new ComparisonCheckDocument
        {
            Statement = file,
            Stated = statement.Time,
            Holds = claims.TrueForAll(claim => claim.InA != differs && claim.InB != differs),
            Points = claims,
            BytesRead = wire.Counter.Received,
        };
        context.Print(document, EngineJson.Context.ComparisonCheckDocument, () => Show(document));
        return document.Holds ? ExitCodes.Done : ExitCodes.Damaged;

        async ValueTask<OpenBackup> OpenAsync(ComparisonDocument.Side side)
        {
            var entry = await FindAsync(context, side, cancellationToken);
            var backup = await context.Workplace().OpenBackupAsync(entry, wire, cancellationToken);
            var newest = backup.Folder.State.Number;
            if (newest >= side.Record)
            {
                return backup;
            }

            // Points that an older copy of the folder lacks were not removed: they are not there yet.
            backup.Dispose();
            throw Errors.BackupRolledBack(entry.Folder, side.Record, newest);
        }
    }

    /// <summary>Finds the backup that a statement is about: by its id, in the repository it then lay in.</summary>
    private static async Task<BackupEntry> FindAsync(
        CommandContext context,
        ComparisonDocument.Side side,
        CancellationToken cancellationToken
    )
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var entries = await view.Backups.ListAsync(repository: null, cancellationToken);
        return entries
                .Where(entry =>
                    entry.BackupId.ToString() == side.BackupId && entry.Repository.ToString() == side.RepositoryId
                )
                .OrderByDescending(entry => entry.Folder == side.Backup)
                .FirstOrDefault()
            ?? throw Errors.BackupNotFound($"{side.Repository}/{side.Backup}");
    }

    private static ComparisonDocument.Side SideOf(OpenBackup backup) =>
        new(
            backup.Folder.Name,
            backup.Folder.Descriptor.Id.ToString(),
            backup.RepositoryName,
            backup.Repository.ToString(),
            backup.Folder.State.Number
        );

    private static Rows Show(ComparisonDocument statement) =>
        new(
            PeopleTables.Things(
                ["Machine", "Created", "In the first", "In the second", "Root", "Same"],
                statement.Points.Select(pair =>
                    (IReadOnlyList<string?>)
                        [
                            pair.Machine,
                            InstantValue.FormatShort(pair.Created),
                            pair.A.Id[..8],
                            pair.B.Id[..8],
                            pair.A.Root[..12],
                            pair.What is { } what ? $"no: {what}" : "yes",
                        ]
                ),
                "The backups have no restore point in common."
            ),
            new Text(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{statement.Points.Count(pair => pair.Same)} restore points are the same in both, {statement.Points.Count(pair => !pair.Same)} differ, "
                        + $"{statement.OnlyInA.Count} are only in the first, {statement.OnlyInB.Count} only in the second; "
                        + $"{SizeValue.Format(statement.BytesRead)} read.\n"
                )
            )
        );

    private static Rows Show(ComparisonCheckDocument check) =>
        new(
            PeopleTables.Things(
                ["Machine", "Created", "In the first", "In the second"],
                check.Points.Select(claim =>
                    (IReadOnlyList<string?>)
                        [claim.Machine, InstantValue.FormatShort(claim.Created), claim.InA, claim.InB]
                ),
                "The statement names no restore point that was the same in both."
            ),
            new Text(
                $"{(check.Holds ? "The statement" : "Not all of the statement")} of {InstantValue.FormatShort(check.Stated)} holds; "
                    + $"{SizeValue.Format(check.BytesRead)} read.\n"
            )
        );
}
