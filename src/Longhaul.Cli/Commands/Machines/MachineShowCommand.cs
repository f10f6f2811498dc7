using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.Machines;

/// <summary><c>machine show NAME</c></summary>
internal sealed class MachineShowCommand : CliCommand
{
    private readonly Argument<string> _machine = new("NAME") { Description = "Name or id of the machine" };

    /// <summary>Makes the command.</summary>
    public MachineShowCommand()
        : base("show", "Shows a machine and its disks", "longhaul machine show db01")
    {
        Add(_machine);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        context.PrintMachine(await NameResolver.MachineAsync(view, context.Value(_machine), cancellationToken));
        return ExitCodes.Done;
    }
}
