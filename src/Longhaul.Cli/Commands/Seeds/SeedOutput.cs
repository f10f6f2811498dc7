using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Seeds;

/// <summary>Prints what a seed holds.</summary>
internal static class SeedOutput
{
    /// <summary>A table of its machines and restore points.</summary>
    /// <param name="machines">The machines.</param>
    public static IRenderable Machines(IReadOnlyList<SeedMachineDocument> machines) =>
        PeopleTables.Things(
            ["Machine", "Created", "Point", "Copy of"],
            machines.SelectMany(machine =>
                machine.Points.Select(point =>
                    (IReadOnlyList<string?>)
                        [
                            machine.Name ?? machine.MachineId,
                            InstantValue.FormatShort(point.Created),
                            point.Id[..8],
                            point.SourcePoint?[..8],
                        ]
                )
            ),
            "No restore points."
        );
}
