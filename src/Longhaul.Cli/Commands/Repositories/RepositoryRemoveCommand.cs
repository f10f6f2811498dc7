using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository remove NAME</c>: forgets it; its restore points stay.</summary>
internal sealed class RepositoryRemoveCommand : CliCommand
{
    private readonly Argument<string> _repository = new("NAME") { Description = "Name or id of the repository" };

    /// <summary>Makes the command.</summary>
    public RepositoryRemoveCommand()
        : base("remove", "Forgets a repository; its restore points are not touched", "longhaul repository remove usb")
    {
        Add(_repository);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var entry = await NameResolver.RepositoryAsync(work, context.Value(_repository), cancellationToken);
        var users = (await work.Jobs.ListAsync(cancellationToken))
            .Where(job => job.Repository == entry.Id)
            .Select(job => job.Name)
            .ToList();
        if (users.Count > 0)
        {
            throw Errors.RepositoryInUse(entry.Name, users);
        }

        await work.Repositories.RemoveAsync(entry.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Print(
            new RemovedDocument(entry.Id.ToString(), entry.Name, Removed: true),
            CliJson.Context.RemovedDocument,
            () => new Text($"Repository '{entry.Name}' is forgotten; nothing in {entry.Location} was touched.\n")
        );
        return ExitCodes.Done;
    }
}
