using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>Turns what the operating system says into what an operator can look up.</summary>
internal static class StoreFailure
{
    /// <summary>Chooses the error of a failed call.</summary>
    /// <param name="cause">The failed call.</param>
    /// <param name="location">The store's path.</param>
    /// <param name="name">The object it was about; empty when it was the store itself.</param>
    public static LonghaulException From(PosixException cause, string location, string name)
    {
        var what = Path.Combine(location, name);
        return cause.Error switch
        {
            Libc.ENOSPC or Libc.EDQUOT => Errors.StoreNoSpace(what, cause),
            // ELOOP is a symbolic link below the top, which is not followed.
            Libc.EACCES or Libc.EPERM or Libc.EROFS or Libc.ELOOP => Errors.StoreAccessDenied(what, cause),
            Libc.ENODEV
            or Libc.ENXIO
            or Libc.ENOTCONN
            or Libc.ESHUTDOWN
            or Libc.ESTALE
            or Libc.ETIMEDOUT
            or Libc.EHOSTDOWN
            or Libc.EHOSTUNREACH when !IsFlush(cause) => Errors.StoreUnreachable(location, cause),
            _ => Errors.StoreIo(what, cause),
        };
    }

    /// <summary>A flush that failed is no lost answer: what was to be durable may be gone, and is not believed later.</summary>
    private static bool IsFlush(PosixException cause) => cause.Call is "fsync" or "fdatasync";
}
