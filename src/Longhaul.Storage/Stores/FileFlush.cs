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

        var cause = PosixException.Last("fsync", path);
        throw cause.Error is Libc.ENOSPC or Libc.EDQUOT
            ? Errors.StoreNoSpace(path, cause)
            : Errors.StoreIo(path, cause);
    }
}
