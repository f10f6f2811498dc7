using System.CommandLine;
using Longhaul.Cli.Commands.Backups;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
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
            "Looks for backups that were carried there, changed, or are gone",
            "longhaul repository rescan offsite"
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
            report.Foreign
        );
        context.Print(document, EngineJson.Context.RescanDocument, () => Show(document));
        // What only a newer program can read is not damaged.
        return report.Damaged.Any(folder => folder.Code != "format.unsupported") ? ExitCodes.Damaged : ExitCodes.Done;
    }

    private static Rows Show(RescanDocument report)
    {
        var lines = new List<IRenderable> { BackupOutput.Table(report.Backups) };
        lines.AddRange(report.New.Select(name => new Text($"new: {name}")));
        lines.AddRange(report.Vanished.Select(name => new Text($"gone: {name}")));
        lines.AddRange(report.Damaged.Select(folder => new Text($"damaged: {folder.Folder}: {folder.Message}")));
        lines.AddRange(report.Foreign.Select(name => new Text($"no backup: {name}")));
        return new Rows(lines);
    }
}
