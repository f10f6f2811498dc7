namespace Longhaul.Core.Machines;

/// <summary>A protected computer, as the catalog knows it.</summary>
/// <param name="Id">Stays when the machine is renamed or its disks move.</param>
/// <param name="Name">Unique among the machines of a catalog.</param>
/// <param name="Disks">In the order given; at least one; identities unique.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record Machine(MachineId Id, string Name, IReadOnlyList<MachineDisk> Disks);

/// <summary>Where a disk of a machine is read from.</summary>
/// <param name="Id">The disk's identity; see <see cref="DiskLayout.Id"/>.</param>
/// <param name="Path">Absolute path of a raw file, a block device or an image; no part of the identity.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MachineDisk(string Id, string Path);
