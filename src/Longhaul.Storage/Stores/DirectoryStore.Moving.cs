using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

public sealed partial class DirectoryStore
{
    /// <summary>Moves an object here out of another directory, without copying its bytes.</summary>
    /// <param name="from">The other directory.</param>
    /// <param name="name">The object's name there.</param>
    /// <param name="to">Its name here.</param>
    /// <param name="cancellationToken">Cancels before the move.</param>
    /// <returns>Whether it was moved: false when there is no such object, the name is taken here, the two lie on different file
    /// systems, or it may not leave its folder. Nothing was changed then.</returns>
    /// <remarks>Who put the object there may not have flushed it: its bytes are made durable first, then its new name, then
    /// that the old one is gone.</remarks>
    /// <exception cref="Core.LonghaulException">store errors.</exception>
    public ValueTask<bool> TryMoveAsync(
        DirectoryStore from,
        string name,
        string to,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(from);
        ObjectNames.ThrowIfInvalid(name);
        ObjectNames.ThrowIfInvalid(to);
        return RunAsync(to, () => TryMove(from, name, to), cancellationToken);
    }

    private bool TryMove(DirectoryStore from, string name, string to)
    {
        var (leaf, newLeaf) = (DirectoryTree.LeafOf(name), DirectoryTree.LeafOf(to));
        using (var source = from._tree.Open(DirectoryTree.ParentOf(name)))
        {
            using var target = _tree.OpenForWriting(DirectoryTree.ParentOf(to));
            if (source?.Find(leaf)?.IsFile != true || target.Find(newLeaf) is not null)
            {
                return false;
            }

            using (var file = source.OpenFile(leaf, writable: false))
            {
                file?.Sync();
            }

            switch (source.MoveNoReplace(leaf, target, newLeaf))
            {
                case 0:
                    target.Sync();
                    break;
                case Libc.EXDEV
                or Libc.EEXIST
                or Libc.ENOENT
                or Libc.EINVAL
                or Libc.ENOSYS
                or Libc.EOPNOTSUPP
                or Libc.EACCES
                or Libc.EPERM
                or Libc.EROFS:
                    return false;
                case var error:
                    throw new PosixException("rename", Path.Combine(target.Path, newLeaf), error);
            }
        }

        from._tree.PruneAndSync(DirectoryTree.ParentOf(name));
        return true;
    }
}
