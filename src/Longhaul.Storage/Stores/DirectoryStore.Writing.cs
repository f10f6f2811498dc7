using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

public sealed partial class DirectoryStore
{
    private bool PutIfAbsent(string name, ReadOnlySpan<byte> content)
    {
        for (var attempt = 0; attempt < DirectoryTree.MaxAttempts; attempt++)
        {
            using var folder = _tree.OpenForWriting(DirectoryTree.ParentOf(name));
            var leaf = DirectoryTree.LeafOf(name);
            if (folder.Find(leaf) is not null)
            {
                return false;
            }

            var temporary = $"{DirectoryTree.TemporaryPrefix}{Guid.NewGuid():N}";
            if (folder.CreateFile(temporary, out var file) != 0)
            {
                continue;
            }

            using (file)
            {
                var error = Libc.EIO;
                try
                {
                    // Tells others that this is no leftover. Where that is not known, or somebody was quicker and
                    // removes it, the worst is ENOENT below.
                    file!.TryLock();
                    file.Write(0, content);
                    file.Sync();
                    error = _placement.Place(folder, temporary, leaf);
                }
                finally
                {
                    if (error != 0)
                    {
                        // When even this fails, the next writer's clean-up finds it: the lock goes with us.
                        folder.Unlink(temporary);
                    }
                }

                if (error != Libc.ENOENT)
                {
                    return error == 0;
                }
            }
        }

        throw DirectoryTree.RemovedTooFast(Path.Combine(Location, name));
    }

    private DirectoryObjectWriter Create(string name)
    {
        var leaf = DirectoryTree.LeafOf(name);
        for (var attempt = 0; attempt < DirectoryTree.MaxAttempts; attempt++)
        {
            var folder = _tree.OpenForWriting(DirectoryTree.ParentOf(name));
            PosixFile? file = null;
            var handedOver = false;
            try
            {
                var error = folder.Find(leaf) is null
                    ? folder.CreateFile(leaf + ObjectNames.UnfinishedSuffix, out file)
                    : Libc.EEXIST;
                if (error == Libc.EEXIST || file?.TryLock() == false)
                {
                    throw new IOException($"An object named '{name}' is there already.");
                }

                if (file is not null)
                {
                    handedOver = true;
                    return new DirectoryObjectWriter(this, _placement, folder, file, name, length: 0);
                }
            }
            finally
            {
                if (!handedOver)
                {
                    file?.Dispose();
                    folder.Dispose();
                }
            }
        }

        throw DirectoryTree.RemovedTooFast(Path.Combine(Location, name));
    }

    private DirectoryObjectWriter? Reopen(string name, long length)
    {
        var folder = _tree.Open(DirectoryTree.ParentOf(name));
        PosixFile? file = null;
        var handedOver = false;
        try
        {
            var leaf = DirectoryTree.LeafOf(name);
            var part = leaf + ObjectNames.UnfinishedSuffix;
            file = folder?.Find(leaf) is null ? folder?.OpenFile(part, writable: true) : null;

            // Without locks nobody can know that the writer is gone: then nothing is taken over. Once it is locked
            // it must still be the file of that name: it may have been completed or deleted before.
            if (
                file?.TryLock() != true
                || folder!.Find(part)?.Identity != file.Status.Identity
                || file.Status.Length < length
            )
            {
                return null;
            }

            file.Truncate(length);
            file.Sync();
            folder.Sync();
            handedOver = true;
            return new DirectoryObjectWriter(this, _placement, folder, file, name, length);
        }
        finally
        {
            if (!handedOver)
            {
                file?.Dispose();
                folder?.Dispose();
            }
        }
    }

    private bool Delete(string name)
    {
        var parent = DirectoryTree.ParentOf(name);
        using (var folder = _tree.Open(parent))
        {
            if (folder is null)
            {
                return false;
            }

            var leaf = DirectoryTree.LeafOf(name);
            var unfinished = Remove(folder, leaf + ObjectNames.UnfinishedSuffix);
            try
            {
                if (!Remove(folder, leaf) && !unfinished)
                {
                    return false;
                }
            }
            catch (PosixException refusal) when (refusal.Error == Libc.EPERM && IsProtected(name) == true)
            {
                throw Errors.StoreProtected(Path.Combine(Location, name), refusal);
            }
        }

        _tree.PruneAndSync(parent);
        return true;
    }

    private static bool Remove(PosixFolder folder, string file)
    {
        var error = folder.Unlink(file);
        return error switch
        {
            0 => true,
            Libc.ENOENT or Libc.EISDIR => false,
            _ => throw new PosixException("unlink", Path.Combine(folder.Path, file), error),
        };
    }
}
