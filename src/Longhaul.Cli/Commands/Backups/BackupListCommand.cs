using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup list [--repository R]</c></summary>
internal sealed class BackupListCommand : CliCommand
{
    private readonly Option<string> _repository = new("--repository") { Description = "Only of this repository" };

    /// <summary>Makes the command.</summary>
    public BackupListCommand()
        : base(
            "list",
            "Lists the backups of all repositories",
            "longhaul backup list",
            "longhaul backup list --repository usb"
        )
    {
        Add(_repository);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        RepositoryId? repository = context.Value(_repository) is { } name
            ? (await NameResolver.RepositoryAsync(view, name, cancellationToken)).Id
            : null;
        var entries = await view.Backups.ListAsync(repository, cancellationToken);
        context.PrintBackups(await context.DocumentsAsync(entries, whole: false, cancellationToken));
        return ExitCodes.Done;
    }
}
