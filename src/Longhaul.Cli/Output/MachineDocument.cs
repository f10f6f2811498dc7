using System.Text.Json.Serialization;
using Longhaul.Core.Machines;

namespace Longhaul.Cli.Output;

/// <summary>A machine, as <c>machine show</c> and <c>machine list</c> print it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="DiskCount">How many disks it has.</param>
/// <param name="Disks">The disks; left out in a list.</param>
internal sealed record MachineDocument(
    string Id,
    string Name,
    int DiskCount,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MachineDocument.Disk>? Disks
)
{
    /// <summary>Makes the document.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="whole">Whether with its nested lists.</param>
    public static MachineDocument Of(Machine machine, bool whole) =>
        new(
            machine.Id.ToString(),
            machine.Name,
            machine.Disks.Count,
            whole ? [.. machine.Disks.Select(disk => new Disk(disk.Id, disk.Path))] : null
        );

    /// <summary>A disk.</summary>
    /// <param name="Id">Its identity.</param>
    /// <param name="Path">Where it is read from.</param>
    internal sealed record Disk(string Id, string Path);
}
