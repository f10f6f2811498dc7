using Longhaul.Core;
using Longhaul.Core.Machines;
using Longhaul.Sources.Images;

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
    /// disk.format-unsupported, disk.image-unreadable, disk.image-damaged: an image that is not read, or not as it
    /// was written; tool.missing.</exception>
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
            if (await FormatAsync(machineName, disk, source, cancellationToken).ConfigureAwait(false) is { } format)
            {
                await new ImageInspection(machineName, disk.Id)
                    .RunAsync(disk.Path, format, cancellationToken)
                    .ConfigureAwait(false);
                return await ImageDiskSource
                    .OpenAsync(machineName, disk.Id, disk.Path, format, cancellationToken)
                    .ConfigureAwait(false);
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

    /// <summary>Finds the size of a disk, without looking whether all of it can be read.</summary>
    /// <param name="machineName">The machine's name, for errors.</param>
    /// <param name="disk">Where the disk lies.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="LonghaulException">disk.not-found, disk.not-a-disk, disk.access-denied, disk.read-error,
    /// disk.format-unsupported, disk.image-unreadable, disk.image-damaged, tool.missing.</exception>
    public static async ValueTask<long> SizeAsync(
        string machineName,
        MachineDisk disk,
        CancellationToken cancellationToken
    )
    {
        var source = RawDiskSource.Open(machineName, disk.Id, disk.Path);
        await using var owned = source.ConfigureAwait(false);
        return await FormatAsync(machineName, disk, source, cancellationToken).ConfigureAwait(false) is { } format
            ? await new ImageInspection(machineName, disk.Id)
                .SizeAsync(disk.Path, format, cancellationToken)
                .ConfigureAwait(false)
            : source.Size;
    }

    /// <summary>The format of an image in QEMU's words; null for a raw disk.</summary>
    private static async ValueTask<string?> FormatAsync(
        string machineName,
        MachineDisk disk,
        RawDiskSource source,
        CancellationToken cancellationToken
    )
    {
        if (await RecogniseAsync(source, cancellationToken).ConfigureAwait(false) is { } name)
        {
            return DiskFormat.ForQemu(name)
                ?? throw Errors.DiskFormatUnsupported(machineName, disk.Id, disk.Path, name);
        }

        // What made it an image is gone, such as the end of a fixed VHD: as a raw disk it would be another.
        var ending = Path.GetExtension(disk.Path);
        return source.IsBlockDevice || !DiskFormat.IsNamedByContent(ending)
            ? null
            : throw Errors.DiskImageDamaged(
                machineName,
                disk.Id,
                disk.Path,
                $"its name ends in {ending}, and its content does not begin or end as such an image does"
            );
    }

    private static async ValueTask<string?> RecogniseAsync(RawDiskSource source, CancellationToken cancellationToken)
    {
        if (source.IsBlockDevice || source.Path.EndsWith(".raw", StringComparison.Ordinal))
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
