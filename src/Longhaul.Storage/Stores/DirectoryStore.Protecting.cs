using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

/// <remarks>Protected is a file that has the immutable flag: nobody can unlink, rename, link or write to it, and only who has
/// CAP_LINUX_IMMUTABLE sets or clears it. Source: ioctl_iflags(2).</remarks>
public sealed partial class DirectoryStore : IObjectProtection
{
    /// <inheritdoc/>
    public IObjectProtection Protection => this;

    ValueTask<string?> IObjectProtection.FindObstacleAsync(CancellationToken cancellationToken) =>
        RunAsync("", () => StoreProbe.FindProtectionObstacle(Location), cancellationToken);

    ValueTask<bool?> IObjectProtection.IsProtectedAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync(name, () => IsProtected(name), cancellationToken);
    }

    ValueTask<bool> IObjectProtection.ProtectAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync(name, () => SetProtected(name, isProtected: true), cancellationToken);
    }

    ValueTask<bool> IObjectProtection.UnprotectAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return RunAsync(name, () => SetProtected(name, isProtected: false), cancellationToken);
    }

    private bool? IsProtected(string name)
    {
        using var folder = _tree.Open(DirectoryTree.ParentOf(name));
        using var file = folder?.OpenFile(DirectoryTree.LeafOf(name), writable: false);
        return file?.IsImmutable();
    }

    private bool SetProtected(string name, bool isProtected)
    {
        using var folder = _tree.Open(DirectoryTree.ParentOf(name));
        using var file = folder?.OpenFile(DirectoryTree.LeafOf(name), writable: false);
        if (file is null)
        {
            return false;
        }

        if (file.IsImmutable() == isProtected)
        {
            return true;
        }

        var error = file.SetImmutable(isProtected);
        return error switch
        {
            0 => true,
            Libc.EPERM or Libc.EACCES => throw Errors.StoreProtectUnsupported(Location, StoreProbe.NotSuperuser),
            Libc.ENOTTY or Libc.EOPNOTSUPP or Libc.EINVAL or Libc.ENOSYS => throw Errors.StoreProtectUnsupported(
                Location,
                StoreProbe.NoSuchFlag
            ),
            _ => throw new PosixException("ioctl", Path.Combine(Location, name), error),
        };
    }
}
