using System.CommandLine;
using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Jobs.Repositories;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository unlock NAME [--no-remember]</c></summary>
internal sealed class RepositoryUnlockCommand : CliCommand
{
    private readonly Argument<string> _repository = new("NAME") { Description = "Name or id of the repository" };
    private readonly Option<bool> _noRemember = CliOptions.NoRemember();

    /// <summary>Makes the command.</summary>
    public RepositoryUnlockCommand()
        : base(
            "unlock",
            "Tries passwords on the encrypted backups in a repository, and keeps them for those they open",
            "longhaul repository unlock offsite",
            "longhaul repository unlock offsite --password-file nightly.password --password-file web.password",
            "longhaul repository unlock usb --password-file nightly.password --no-remember"
        )
    {
        Add(_repository);
        Add(_noRemember);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        RepositoryEntry entry;
        await using (var view = await context.Catalog.ReadAsync(cancellationToken))
        {
            entry = await NameResolver.RepositoryAsync(view, context.Value(_repository), cancellationToken);
        }

        var remember = !context.Value(_noRemember);
        var report = await new RepositoryUnlock(context.Workplace()).RunAsync(entry.Id, remember, cancellationToken);
        var document = new UnlockDocument(
            entry.Name,
            entry.Id.ToString(),
            report.Opened,
            report.Open,
            [.. report.Locked.Select(one => new UnlockDocument.LockedBackup(one.Backup, one.Hints))],
            remember && report.Opened.Count > 0
        );
        context.Print(document, EngineJson.Context.UnlockDocument, () => Show(document));
        return ExitCodes.Done;
    }

    private static Rows Show(UnlockDocument report)
    {
        var kept = report.PasswordKept ? "; the password is kept" : "";
        var lines = new List<IRenderable>();
        lines.AddRange(report.Opened.Select(name => new Text($"unlocked: {name}{kept}")));
        lines.AddRange(report.Open.Select(name => new Text($"open already: {name}")));
        lines.AddRange(
            report.Locked.Select(one => new Text(
                one.Hints.Count == 0
                    ? $"locked: {one.Name}"
                    : $"locked: {one.Name}; its passwords are known as {string.Join(", ", one.Hints)}"
            ))
        );
        if (lines.Count == 0)
        {
            lines.Add(new Text("No encrypted backups: nothing to do."));
        }

        return new Rows(lines);
    }
}
