using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Storage.Stores;

/// <summary>Makes a file survive power loss, and says so when it does not.</summary>
/// <remarks>The runtime's own flush returns normally when fsync fails, so this calls it itself and checks.</remarks>
public static class FileFlush
{
    /// <summary>Flushes a file's data and length.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="path">Its path, for the error.</param>
    /// <exception cref="LonghaulException">store.no-space, store.io: the file cannot be relied on.</exception>
    public static void Flush(SafeFileHandle file, string path)
    {
        if (PosixFile.Repeat(file, static handle => Libc.Sync(handle)) >= 0)
        {
            return;
        }

        throw FileFailure.Of(path, PosixException.Last("fsync", path));
    }

    /// <summary>Flushes a file, and gives it another name in its folder for good.</summary>
    /// <param name="file">The file, open to write.</param>
    /// <param name="from">Its path.</param>
    /// <param name="to">Its new path, in the same folder; what has that name is replaced.</param>
    /// <exception cref="LonghaulException">store.no-space, store.io, store.access-denied: the file cannot be relied on.</exception>
    public static void Place(SafeFileHandle file, string from, string to)
    {
        Flush(file, to);
        try
        {
            File.Move(from, to, overwrite: true);
            using var folder = PosixFolder.Open(Path.GetDirectoryName(to)!);
            folder?.Sync();
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(to, error);
        }
    }
}
