using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository list</c></summary>
internal sealed class RepositoryListCommand : CliCommand
{
    /// <summary>Makes the command.</summary>
    public RepositoryListCommand()
        : base("list", "Lists the repositories", "longhaul repository list", "longhaul repository list --json") { }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var counts = (await view.Backups.ListAsync(repository: null, cancellationToken)).ToLookup(backup =>
            backup.Repository
        );
        IReadOnlyList<RepositoryDocument> repositories =
        [
            .. (await view.Repositories.ListAsync(cancellationToken)).Select(entry =>
                RepositoryDocument.Of(entry, counts[entry.Id].Count())
            ),
        ];
        context.Print(
            repositories,
            CliJson.Context.Repositories,
            () =>
                PeopleTables.Things(
                    ["Name", "Location", ">Backups", "Id"],
                    repositories.Select(repository =>
                        (IReadOnlyList<string?>)
                            [
                                repository.Name,
                                repository.Location,
                                repository.BackupCount.ToString(CultureInfo.InvariantCulture),
                                repository.Id,
                            ]
                    ),
                    "No repository was added yet. Add one with 'longhaul repository add'."
                )
        );
        return ExitCodes.Done;
    }
}
