using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>Turns the system's errors on a single file into ones that say what to do.</summary>
public static class FileFailure
{
    /// <summary>What an error of the system means.</summary>
    /// <param name="path">What was written to.</param>
    /// <param name="error">An IOException or UnauthorizedAccessException.</param>
    /// <returns>store.no-space, store.access-denied or store.io.</returns>
    public static LonghaulException Of(string path, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error is UnauthorizedAccessException
            ? Errors.StoreAccessDenied(path, error)
            : error.HResult switch
            {
                Libc.ENOSPC or Libc.EDQUOT => Errors.StoreNoSpace(path, error),
                Libc.EACCES or Libc.EPERM or Libc.EROFS => Errors.StoreAccessDenied(path, error),
                _ => Errors.StoreIo(path, error),
            };
    }

    /// <summary>Whether <see cref="Of"/> knows an error.</summary>
    /// <param name="error">The error.</param>
    public static bool Knows(Exception error) => error is IOException or UnauthorizedAccessException;
}
