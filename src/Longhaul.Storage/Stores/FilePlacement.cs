using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <summary>Gives finished files their names and never replaces; learns which way the file system knows.</summary>
/// <param name="first">The first way to try.</param>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
internal sealed class FilePlacement(PlacementMethod first)
{
    private volatile PlacementMethod _method = first;

    /// <summary>The way that works, as far as is known by now.</summary>
    public PlacementMethod Method => _method;

    /// <summary>Gives a flushed file its name, unless that is taken, and makes that durable.</summary>
    /// <returns>0, EEXIST when the name is taken, ENOENT when the file or its folder is gone.</returns>
    public int Place(PosixFolder folder, string from, string to)
    {
        while (true)
        {
            var method = _method;
            var error = method switch
            {
                PlacementMethod.Rename => folder.RenameNoReplace(from, to),
                PlacementMethod.Link => LinkAndUnlink(folder, from, to),
                _ => RenameUnderLock(folder, from, to),
            };
            if (IsUnknownTo(method, error))
            {
                _method = method + 1;
                continue;
            }

            if (error is not (0 or Libc.EEXIST or Libc.ENOENT))
            {
                throw new PosixException("rename", Path.Combine(folder.Path, to), error);
            }

            if (error == 0)
            {
                folder.Sync();
            }

            return error;
        }
    }

    private static bool IsUnknownTo(PlacementMethod method, int error) =>
        method switch
        {
            PlacementMethod.Rename => error is Libc.EINVAL or Libc.ENOSYS or Libc.EOPNOTSUPP,
            PlacementMethod.Link => error is Libc.EPERM or Libc.EMLINK or Libc.ENOSYS or Libc.EOPNOTSUPP,
            _ => false,
        };

    private static int LinkAndUnlink(PosixFolder folder, string from, string to)
    {
        var error = folder.Link(from, to);
        if (error == 0)
        {
            // The object is there; a first name that stays is hidden beside it.
            folder.Unlink(from);
        }

        return error;
    }

    private static int RenameUnderLock(PosixFolder folder, string from, string to)
    {
        folder.Lock();
        try
        {
            return folder.Find(to) is null ? folder.Rename(from, to) : Libc.EEXIST;
        }
        finally
        {
            folder.Unlock();
        }
    }
}
