using System.Runtime.InteropServices;
using Longhaul.Core;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Sources;

/// <summary>Reads a raw image file or a block device.</summary>
/// <remarks>Holes of a file are found by SEEK_DATA and SEEK_HOLE; a block device, and a file system that does not know
/// them, is data throughout.</remarks>
/// <threadsafety>All members may be called at the same time from any thread, but disposing.</threadsafety>
public sealed class RawDiskSource : IDiskSource
{
    private readonly SafeFileHandle _handle;
    private readonly string _machine;
    private readonly string _disk;

    private RawDiskSource(SafeFileHandle handle, string machine, string disk, string path, long size, bool isDevice)
    {
        _handle = handle;
        _machine = machine;
        _disk = disk;
        Path = path;
        Size = size;
        IsBlockDevice = isDevice;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Size { get; }

    /// <summary>Whether it is a block device, not a file.</summary>
    public bool IsBlockDevice { get; }

    /// <inheritdoc/>
    public ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Size);
        cancellationToken.ThrowIfCancellationRequested();
        return new(FindData(offset));
    }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, Size, nameof(offset));
        await Task.Run(() => Fill(offset, destination.Span), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _handle.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Opens a file or device to read, whatever its content is.</summary>
    /// <param name="machine">The machine's name, for errors.</param>
    /// <param name="disk">The disk's identity, for errors.</param>
    /// <param name="path">Where it lies; links are followed.</param>
    /// <exception cref="LonghaulException">disk.not-found, disk.not-a-disk, disk.access-denied, disk.read-error.</exception>
    internal static RawDiskSource Open(string machine, string disk, string path)
    {
        // Non-blocking, so that a pipe at that path cannot hang us; files and block devices do not care.
        var handle = Libc.Open(path, Libc.ReadOnly | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (handle.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            var cause = SystemError(error);
            throw error switch
            {
                Libc.EACCES or Libc.EPERM => Errors.DiskAccessDenied(machine, disk, path, cause),
                Libc.ENOENT or Libc.ENOTDIR or Libc.ENODEV or Libc.ENXIO or Libc.ENOMEDIUM => Errors.DiskNotFound(
                    machine,
                    disk,
                    path,
                    cause
                ),
                _ => Errors.DiskReadError(machine, disk, path, 0, cause.Message, cause),
            };
        }

        try
        {
            return Open(handle, machine, disk, path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static RawDiskSource Open(SafeFileHandle handle, string machine, string disk, string path)
    {
        const int File = 0x8000;
        const int BlockDevice = 0x6000;
        var type = TypeOf(handle);
        if (type is not (File or BlockDevice))
        {
            var what = type == 0x4000 ? "a directory" : "neither a file nor a block device";
            throw Errors.DiskNotADisk(machine, disk, path, what);
        }

        // Also a block device says its size this way.
        var size = Libc.Seek(handle, 0, Libc.SeekEnd);
        if (size < 0)
        {
            var cause = SystemError(Marshal.GetLastPInvokeError());
            throw Errors.DiskReadError(machine, disk, path, 0, cause.Message, cause);
        }

        // Only advice: where it is refused, reading is slower.
        _ = Libc.Advise(handle, 0, 0, Libc.AdviseSequential);
        return new RawDiskSource(handle, machine, disk, path, size, type == BlockDevice);
    }

    // The file-type bits of statx's mode, a u16 at byte 28 (linux/stat.h).
    private static int TypeOf(SafeFileHandle handle)
    {
        Span<byte> status = stackalloc byte[256];
        var failed = Libc.Stat(handle, "", Libc.EmptyPath, Libc.StatType, ref status[0]) < 0;
        return failed ? 0 : MemoryMarshal.Read<ushort>(status[28..]) & 0xF000;
    }

    private static IOException SystemError(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    private DataExtent? FindData(long offset)
    {
        if (offset >= Size)
        {
            return null;
        }

        var data = IsBlockDevice ? offset : Libc.Seek(_handle, offset, Libc.SeekData);
        if (data < 0)
        {
            // ENXIO: no data from here on. Anything else: it cannot tell. Has the file been cut short, then reading
            // must say so; it is no hole.
            var isHole = Marshal.GetLastPInvokeError() == Libc.ENXIO && Libc.Seek(_handle, 0, Libc.SeekEnd) >= Size;
            return isHole ? null : new DataExtent(offset, Size - offset);
        }

        if (data >= Size)
        {
            return null;
        }

        var hole = IsBlockDevice ? Size : Libc.Seek(_handle, data, Libc.SeekHole);
        return new DataExtent(data, (hole < 0 ? Size : Math.Min(hole, Size)) - data);
    }

    private void Fill(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var count = Libc.ReadAt(_handle, ref destination[0], (nuint)destination.Length, offset);
            if (count == 0)
            {
                throw Errors.DiskReadError(_machine, _disk, Path, offset, $"it ends there, {Size} bytes were expected");
            }

            if (count < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error != Libc.EINTR)
                {
                    var cause = SystemError(error);
                    throw Errors.DiskReadError(_machine, _disk, Path, offset, cause.Message, cause);
                }

                continue;
            }

            destination = destination[(int)count..];
            offset += count;
        }
    }
}
