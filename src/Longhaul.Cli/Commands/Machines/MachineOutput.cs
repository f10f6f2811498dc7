using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core.Machines;

namespace Longhaul.Cli.Commands.Machines;

/// <summary>Prints one machine.</summary>
internal static class MachineOutput
{
    /// <summary>Prints the machine, whole.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="machine">The machine.</param>
    public static void PrintMachine(this CommandContext context, Machine machine) =>
        context.Print(
            MachineDocument.Of(machine, whole: true),
            CliJson.Context.MachineDocument,
            () =>
                PeopleTables.Facts([
                    ("Machine", machine.Name),
                    ("Id", machine.Id.ToString()),
                    .. machine.Disks.Select(disk => ($"Disk {disk.Id}", (string?)disk.Path)),
                ])
        );

    /// <summary>Warns about disks that are not where the machine says.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="machine">The machine.</param>
    /// <remarks>No refusal: a snapshot may exist only after the job's --before command.</remarks>
    public static void WarnOfMissingDisks(this CommandContext context, Machine machine)
    {
        foreach (var disk in machine.Disks.Where(disk => !Path.Exists(disk.Path)))
        {
            context.Warn($"nothing is at {disk.Path} now (disk '{disk.Id}')");
        }
    }
}
