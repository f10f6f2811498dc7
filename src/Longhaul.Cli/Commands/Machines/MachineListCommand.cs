using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;

namespace Longhaul.Cli.Commands.Machines;

/// <summary><c>machine list</c></summary>
internal sealed class MachineListCommand : CliCommand
{
    /// <summary>Makes the command.</summary>
    public MachineListCommand()
        : base("list", "Lists the machines", "longhaul machine list", "longhaul machine list --json") { }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var machines = await view.Machines.ListAsync(cancellationToken);
        context.Print(
            [.. machines.Select(machine => MachineDocument.Of(machine, whole: false))],
            CliJson.Context.Machines,
            () =>
                PeopleTables.Things(
                    ["Name", ">Disks", "Id"],
                    machines.Select(machine =>
                        (IReadOnlyList<string?>)
                            [
                                machine.Name,
                                machine.Disks.Count.ToString(CultureInfo.InvariantCulture),
                                machine.Id.ToString(),
                            ]
                    ),
                    "No machine was added yet. Add one with 'longhaul machine add'."
                )
        );
        return ExitCodes.Done;
    }
}
