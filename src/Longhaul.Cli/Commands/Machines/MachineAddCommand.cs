using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Core.Machines;

namespace Longhaul.Cli.Commands.Machines;

/// <summary><c>machine add NAME --disk [ID=]PATH …</c></summary>
internal sealed class MachineAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "What the machine is to be called" };

    private readonly Option<string[]> _disks = CliOptions.List(
        "--disk",
        "[ID=]PATH",
        "A disk: a raw file, a block device, or a qcow2, vmdk, vhd, vhdx or vdi image; its identity is ID, else disk0, disk1 … in order"
    );

    /// <summary>Makes the command.</summary>
    public MachineAddCommand()
        : base(
            "add",
            "Adds a machine",
            "longhaul machine add db01 --disk /dev/vg0/db01",
            "longhaul machine add web --disk root=/srv/vm/web.qcow2 --disk data=/srv/vm/web-data.img"
        )
    {
        _disks.Required = true;
        _disks.DefaultValueFactory = null;
        Add(_name);
        Add(_disks);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = NameResolver.NewName(context.Value(_name));
        var machine = new Machine(MachineId.New(), name, DiskArguments.Parse(context.Value(_disks)!));
        await using (var work = await context.Catalog.WriteAsync(cancellationToken))
        {
            await work.Machines.SaveAsync(machine, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        context.WarnOfMissingDisks(machine);
        context.PrintMachine(machine);
        return ExitCodes.Done;
    }
}
