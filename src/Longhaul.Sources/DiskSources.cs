using Longhaul.Core;
using Longhaul.Core.Machines;

namespace Longhaul.Sources;

/// <summary>Opens a machine's disks to read.</summary>
public static class DiskSources
{
    /// <summary>Opens a disk.</summary>
    /// <param name="machineName">The machine's name, for errors.</param>
    /// <param name="disk">Where the disk lies.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The disk; the caller disposes it.</returns>
    /// <exception cref="LonghaulException">disk.not-found, disk.not-a-disk, disk.access-denied, disk.read-error;
    /// disk.format-unsupported: the file is an image of another format than raw.</exception>
    public static async ValueTask<IDiskSource> OpenAsync(
        string machineName,
        MachineDisk disk,
        CancellationToken cancellationToken
    )
    {
        var source = RawDiskSource.Open(machineName, disk.Id, disk.Path);
        var handedOver = false;
        try
        {
            if (await RecogniseAsync(source, cancellationToken).ConfigureAwait(false) is { } format)
            {
                throw Errors.DiskFormatUnsupported(machineName, disk.Id, disk.Path, format);
            }

            handedOver = true;
            return source;
        }
        finally
        {
            if (!handedOver)
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask<string?> RecogniseAsync(RawDiskSource source, CancellationToken cancellationToken)
    {
        if (source.IsBlockDevice)
        {
            return null;
        }

        var head = new byte[Math.Min(source.Size, DiskFormat.HeadSize)];
        var tail = new byte[Math.Min(source.Size, DiskFormat.TailSize)];
        await source.ReadAsync(0, head, cancellationToken).ConfigureAwait(false);
        await source.ReadAsync(source.Size - tail.Length, tail, cancellationToken).ConfigureAwait(false);
        return DiskFormat.Recognise(head, tail);
    }
}
