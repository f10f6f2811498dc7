using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Machines;

namespace Longhaul.Cli.Commands.Machines;

/// <summary><c>machine edit NAME …</c>: renames it, and moves, adds or takes away disks.</summary>
internal sealed class MachineEditCommand : CliCommand
{
    private readonly Argument<string> _machine = new("NAME") { Description = "Name or id of the machine" };
    private readonly Option<string?> _name = CliOptions.Text("--name", "NEW", "A new name; the machine stays the same");

    private readonly Option<string[]> _disks = CliOptions.List(
        "--disk",
        "[ID=]PATH",
        "Where the disk ID is now; a new ID adds a disk; without ID it is disk0, disk1 … in order"
    );

    private readonly Option<string[]> _removed = CliOptions.List("--remove-disk", "ID", "A disk that is gone");

    /// <summary>Makes the command.</summary>
    public MachineEditCommand()
        : base(
            "edit",
            "Renames a machine, or changes its disks",
            "longhaul machine edit db01 --disk /dev/vg1/db01",
            "longhaul machine edit web --name web01 --disk logs=/srv/vm/web-logs.img --remove-disk data"
        )
    {
        Add(_machine);
        Add(_name);
        Add(_disks);
        Add(_removed);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Machine machine;
        await using (var work = await context.Catalog.WriteAsync(cancellationToken))
        {
            var present = await NameResolver.MachineAsync(work, context.Value(_machine), cancellationToken);
            machine = present with
            {
                Name = context.Value(_name) is { } name ? NameResolver.NewName(name) : present.Name,
                Disks = Edit(present.Disks, DiskArguments.Parse(context.Value(_disks)!), context.Value(_removed)!),
            };
            await work.Machines.SaveAsync(machine, cancellationToken);
            await work.CommitAsync(cancellationToken);
        }

        context.WarnOfMissingDisks(machine);
        context.PrintMachine(machine);
        return ExitCodes.Done;
    }

    private static List<MachineDisk> Edit(
        IReadOnlyList<MachineDisk> present,
        IReadOnlyList<MachineDisk> given,
        IReadOnlyList<string> removed
    )
    {
        if (removed.FirstOrDefault(id => present.All(disk => disk.Id != id)) is { } unknown)
        {
            throw Errors.UsageInvalid($"the machine has no disk '{unknown}'", "See 'longhaul machine show'.");
        }

        var places = given.ToDictionary(disk => disk.Id);
        var edited = present
            .Where(disk => !removed.Contains(disk.Id))
            .Select(disk => places.GetValueOrDefault(disk.Id, disk))
            .Concat(given.Where(disk => present.All(other => other.Id != disk.Id)))
            .ToList();
        return edited.Count > 0
            ? edited
            : throw Errors.UsageInvalid("a machine has at least one disk", "Use 'longhaul machine remove' instead.");
    }
}
