using System.Runtime.InteropServices;
using Longhaul.Core;
using Longhaul.Storage.Stores;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Engine.Restoring;

/// <summary>A block device to restore a disk to; nobody else may mount it meanwhile.</summary>
/// <remarks>It holds what was there before, so zeros are written too. What lies beyond the disk's end is left alone.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class RestoreDevice : IDisposable
{
    /// <summary>The kernel zeroes whole sectors only; no device has larger ones.</summary>
    private const int Sector = 4096;

    /// <summary>What the kernel is asked for at once: on a device that writes them out, seconds, not hours.</summary>
    private const long Piece = 1L << 30;

    private static readonly byte[] s_zeros = new byte[1 << 20];

    private readonly SafeFileHandle _file;

    private RestoreDevice(SafeFileHandle file, string path, long size)
    {
        _file = file;
        Path = path;
        Size = size;
    }

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Its size, in bytes.</summary>
    public long Size { get; }

    /// <summary>Opens a device that nobody uses.</summary>
    /// <param name="path">Its path; links are followed.</param>
    /// <exception cref="LonghaulException">restore.not-a-device, restore.device-in-use, store.access-denied.</exception>
    public static RestoreDevice Open(string path)
    {
        if (!System.IO.Path.Exists(path) || Directory.Exists(path))
        {
            throw Errors.RestoreNotADevice(path);
        }

        const int Flags = DeviceCalls.ReadWrite | DeviceCalls.Exclusive | DeviceCalls.CloseOnExec;
        var file = DeviceCalls.Open(path, Flags, 0);
        try
        {
            if (file.IsInvalid)
            {
                throw LastError(path);
            }

            // Only a block device answers this.
            long size = 0;
            return DeviceCalls.Control(file, DeviceCalls.GetSize, ref size) < 0
                ? throw Errors.RestoreNotADevice(path)
                : new RestoreDevice(file, path, size);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Begins to write a disk to it.</summary>
    /// <param name="disk">The disk's identity, for the error.</param>
    /// <param name="size">The disk's size, in bytes.</param>
    /// <exception cref="LonghaulException">restore.device-too-small.</exception>
    internal IRestoreTarget Begin(string disk, long size) =>
        size <= Size ? new Target(this, size) : throw Errors.RestoreDeviceTooSmall(Path, Size, disk, size);

    private static LonghaulException LastError(string path)
    {
        var number = Marshal.GetLastPInvokeError();
        var cause = new IOException(Marshal.GetPInvokeErrorMessage(number), number);
        return number switch
        {
            DeviceCalls.EBUSY => Errors.RestoreDeviceInUse(path, cause),
            DeviceCalls.EACCES or DeviceCalls.EPERM => Errors.StoreAccessDenied(path, cause),
            _ => Errors.StoreIo(path, cause),
        };
    }

    private sealed class Target(RestoreDevice device, long size) : IRestoreTarget
    {
        private readonly EarlyWriteBack _writeBack = new(device._file);
        private long _reached;

        public void Write(long offset, ReadOnlySpan<byte> content, CancellationToken cancellationToken)
        {
            Zero(offset, cancellationToken);
            WriteAt(offset, content);
            _reached = offset + content.Length;
        }

        public Task FinishAsync(CancellationToken cancellationToken)
        {
            Zero(size, cancellationToken);
            FileFlush.Flush(device._file, device.Path);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>Writes zeros from what was reached to an offset, by the kernel where it can.</summary>
        private void Zero(long end, CancellationToken cancellationToken)
        {
            Span<long> range = stackalloc long[2];
            while (_reached < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                range[0] = (_reached + Sector - 1) / Sector * Sector;
                range[1] = Math.Min(Piece, (end / Sector * Sector) - range[0]);
                if (range[1] <= 0 || DeviceCalls.Control(device._file, DeviceCalls.ZeroOut, ref range[0]) < 0)
                {
                    var next = Math.Min(end, _reached + Piece);
                    ZeroPlainly(_reached, next);
                    _reached = next;
                    continue;
                }

                ZeroPlainly(_reached, range[0]);
                _reached = range[0] + range[1];
            }
        }

        private void ZeroPlainly(long offset, long end)
        {
            while (offset < end)
            {
                var length = (int)Math.Min(s_zeros.Length, end - offset);
                WriteAt(offset, s_zeros.AsSpan(0, length));
                offset += length;
            }
        }

        private void WriteAt(long offset, ReadOnlySpan<byte> content)
        {
            try
            {
                RandomAccess.Write(device._file, content, offset);
                _writeBack.Wrote(offset, content.Length);
            }
            catch (Exception error) when (FileFailure.Knows(error))
            {
                throw FileFailure.Of(device.Path, error);
            }
        }
    }
}
