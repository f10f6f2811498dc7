using Longhaul.Core;
using Longhaul.Core.Machines;

namespace Longhaul.Sources;

/// <summary>When disks were written last.</summary>
public static class DiskTimes
{
    /// <summary>When the file that a disk lies in was written last, by its file system.</summary>
    /// <param name="machineName">The machine's name, for errors.</param>
    /// <param name="disk">Where the disk lies; links are followed.</param>
    /// <returns>UTC; null for a block device, which does not say.</returns>
    /// <exception cref="LonghaulException">disk.not-found, disk.not-a-disk, disk.access-denied.</exception>
    public static async ValueTask<DateTimeOffset?> ModifiedAtAsync(string machineName, MachineDisk disk)
    {
        var source = RawDiskSource.Open(machineName, disk.Id, disk.Path);
        await using var owned = source.ConfigureAwait(false);
        var file = File.ResolveLinkTarget(disk.Path, returnFinalTarget: true) ?? new FileInfo(disk.Path);
        return source.IsBlockDevice ? null : new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero);
    }
}
