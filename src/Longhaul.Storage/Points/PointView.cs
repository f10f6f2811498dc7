using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Points;

namespace Longhaul.Storage.Points;

/// <summary>One restore point, read through its own table and the older ones it builds on.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class PointView
{
    internal PointView(
        RestorePoint point,
        IReadOnlyList<PointFile> layers,
        Func<CancellationToken, ValueTask<IReadOnlyList<PointFile>>> older,
        string file
    )
    {
        Point = point;
        Header = layers[0].Header;
        Disks =
        [
            .. layers[0]
                .Disks.Select(disk => new DiskView(
                    Layers(disk.Id, layers, file),
                    async token => Readable(LayersOf(disk.Id, await older(token).ConfigureAwait(false)))
                )),
        ];
    }

    /// <summary>The point as the log lists it.</summary>
    public RestorePoint Point { get; }

    /// <summary>The header of its own table: machine, disks, configuration.</summary>
    public PointHeader Header { get; }

    /// <summary>Its disks, in the machine's order.</summary>
    public IReadOnlyList<DiskView> Disks { get; }

    /// <summary>Finds a disk.</summary>
    /// <param name="id">The disk's identity.</param>
    /// <returns>Null when the point has no such disk.</returns>
    public DiskView? FindDisk(string id) => Disks.FirstOrDefault(disk => disk.Id == id);

    private static List<DiskTableReader> Layers(string disk, IReadOnlyList<PointFile> files, string name)
    {
        var layers = LayersOf(disk, files);
        var bottom = layers.FindIndex(layer => layer.Complete);
        if (bottom >= 0)
        {
            return layers[..(bottom + 1)];
        }

        throw Errors.DataDamaged(
            name,
            0,
            $"the table of disk {disk} builds on an older one that does not have the disk"
        );
    }

    /// <summary>Those that have a complete one below them, or are it.</summary>
    private static List<DiskTableReader> Readable(List<DiskTableReader> layers) =>
        layers[..(layers.FindLastIndex(layer => layer.Complete) + 1)];

    /// <summary>The tables of a disk in some files, up to the first that does not have the disk.</summary>
    private static List<DiskTableReader> LayersOf(string disk, IReadOnlyList<PointFile> files) =>
        [
            .. files
                .Select(file => file.Disks.FirstOrDefault(table => table.Id == disk))
                .TakeWhile(layer => layer is not null)
                .Select(layer => layer!),
        ];
}
