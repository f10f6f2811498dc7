using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

public static partial class StoreProbe
{
    /// <summary>Why not, where this user may not.</summary>
    internal const string NotSuperuser = "only the superuser may set the immutable flag";

    /// <summary>Why not, where the file system has no such flag.</summary>
    internal const string NoSuchFlag = "its file system has no immutable flag; ext4, XFS and Btrfs have";

    /// <summary>Finds out whether files can be given the immutable flag, by trying it on one.</summary>
    /// <param name="path">A directory that is there.</param>
    /// <returns>Why not; null when they can.</returns>
    internal static string? FindProtectionObstacle(string path)
    {
        using var top = PosixFolder.Open(path) ?? throw Errors.StoreUnreachable(path);
        var fileSystem = top.FileSystemType;
        if (fileSystem is not (Libc.Ext4 or Libc.Xfs or Libc.Btrfs))
        {
            // Others may take the flag and forget it, or hold what a restart takes.
            return NoSuchFlag;
        }

        return TryIn(path, FindProtectionObstacle);
    }

    private static string? FindProtectionObstacle(PosixFolder folder)
    {
        const string Name = "immutable";
        using var file = Make(folder, Name);
        var error = file.SetImmutable(true);
        if (error != 0)
        {
            return error is Libc.EPERM or Libc.EACCES ? NotSuperuser : NoSuchFlag;
        }

        // Not only whether the call is known: that is what is relied on.
        var isKept = folder.Unlink(Name) == Libc.EPERM;
        return file.SetImmutable(false) == 0 && isKept
            ? null
            : "its file system takes the immutable flag and does not heed it";
    }

    /// <summary>Clears the flag that a probe which was cut off left set, where that is so.</summary>
    private static void Release(PosixFolder folder, string name)
    {
        using var file = folder.OpenFile(name, writable: false);
        if (file?.IsImmutable() == true)
        {
            file.SetImmutable(false);
        }
    }
}
