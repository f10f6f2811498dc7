using System.CommandLine;
using Longhaul.Cli.Commands.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Jobs.Repositories;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository rescan NAME</c></summary>
internal sealed class RepositoryRescanCommand : CliCommand
{
    private readonly Argument<string> _repository = new("NAME") { Description = "Name or id of the repository" };

    /// <summary>Makes the command.</summary>
    public RepositoryRescanCommand()
        : base(
            "rescan",
            "Looks for backups that were carried there, renamed, changed, or are gone; says what to do about each",
            "longhaul repository rescan offsite",
            "longhaul repository rescan offsite --json"
        )
    {
        Add(_repository);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Catalog.Repositories.RepositoryEntry entry;
        await using (var view = await context.Catalog.ReadAsync(cancellationToken))
        {
            entry = await NameResolver.RepositoryAsync(view, context.Value(_repository), cancellationToken);
        }

        var report = await new RepositoryScan(context.Workplace()).RunAsync(entry.Id, cancellationToken);
        var backups = await context.DocumentsAsync(report.Backups, whole: false, cancellationToken);
        var document = new RescanDocument(
            entry.Name,
            entry.Id.ToString(),
            backups,
            report.New,
            report.Vanished,
            [
                .. report.Damaged.Select(folder => new RescanDocument.DamagedFolder(
                    folder.Folder,
                    folder.Code,
                    folder.Message,
                    folder.Hint
                )),
            ],
            report.Foreign,
            [
                .. report.Findings.Select(finding => new RescanDocument.Finding(
                    JsonWords.Of(finding.Kind),
                    finding.Folder,
                    finding.Message,
                    finding.Hint,
                    finding.From,
                    finding.Code,
                    finding.Details
                )),
            ]
        );
        context.Print(document, EngineJson.Context.RescanDocument, () => Show(document));
        return report.Findings.Any(IsDamage) ? ExitCodes.Damaged : ExitCodes.Done;
    }

    /// <summary>What only a newer program can read is not damaged.</summary>
    private static bool IsDamage(RescanFinding finding) =>
        finding.Kind is RescanKind.Damaged or RescanKind.Incomplete && finding.Code != "format.unsupported";

    private static Rows Show(RescanDocument report)
    {
        var lines = new List<IRenderable> { BackupOutput.Table(report.Backups) };
        foreach (var finding in report.Findings)
        {
            lines.Add(new Text($"{finding.Folder}: {finding.Message}"));
            if (finding.Kind is "incomplete" or "damaged")
            {
                lines.AddRange(finding.Details.Select(detail => new Text($"    {detail}")));
            }

            lines.Add(new Text($"    hint: {finding.Hint}"));
        }

        if (report.Findings.Count == 0)
        {
            lines.Add(new Text("Nothing has changed, and nothing is missing."));
        }

        return new Rows(lines);
    }
}
