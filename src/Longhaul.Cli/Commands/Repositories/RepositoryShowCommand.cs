using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository show NAME</c></summary>
internal sealed class RepositoryShowCommand : CliCommand
{
    private readonly Argument<string> _repository = new("NAME") { Description = "Name or id of the repository" };

    /// <summary>Makes the command.</summary>
    public RepositoryShowCommand()
        : base("show", "Shows a repository, its place and its backups", "longhaul repository show main")
    {
        Add(_repository);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var entry = await NameResolver.RepositoryAsync(view, context.Value(_repository), cancellationToken);
        await context.PrintRepositoryAsync(view, entry, cancellationToken);
        return ExitCodes.Done;
    }
}
