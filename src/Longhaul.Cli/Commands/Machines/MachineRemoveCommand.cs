using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Machines;

/// <summary><c>machine remove NAME</c>: forgets it; its restore points stay.</summary>
internal sealed class MachineRemoveCommand : CliCommand
{
    private readonly Argument<string> _machine = new("NAME") { Description = "Name or id of the machine" };

    /// <summary>Makes the command.</summary>
    public MachineRemoveCommand()
        : base("remove", "Forgets a machine; its restore points are not touched", "longhaul machine remove db01")
    {
        Add(_machine);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var machine = await NameResolver.MachineAsync(work, context.Value(_machine), cancellationToken);
        var id = machine.Id.ToString();
        var users = (await work.Jobs.ListAsync(cancellationToken))
            .Where(job => job.Sources.Any(source => source.Kind == JobSourceKind.Machine && source.Id == id))
            .Select(job => job.Name)
            .ToList();
        if (users.Count > 0)
        {
            throw Errors.MachineInUse(machine.Name, users);
        }

        await work.Machines.RemoveAsync(machine.Id, cancellationToken);
        await work.CommitAsync(cancellationToken);
        context.Print(
            new RemovedDocument(id, machine.Name, Removed: true),
            CliJson.Context.RemovedDocument,
            () => new Text($"Machine '{machine.Name}' is forgotten; its restore points are not touched.\n")
        );
        return ExitCodes.Done;
    }
}
