using Longhaul.Core;
using Longhaul.Storage.Stores.Posix;

namespace Longhaul.Storage.Stores;

public sealed partial class DirectoryStore
{
    /// <summary>Bytes that are read to see whether the device answers: a page on every system.</summary>
    private const int ProbeSize = 64 << 10;

    /// <summary>Files at the top that are tried for that.</summary>
    private const int ProbedFiles = 4;

    private long? GetLength(string name) =>
        Reading(
            name,
            0,
            () =>
            {
                using var folder = _tree.Open(DirectoryTree.ParentOf(name));
                var status = folder?.Find(DirectoryTree.LeafOf(name));
                return status switch
                {
                    { IsFile: true, Length: var length } => length,
                    { IsLink: true } => throw new PosixException("statx", name, Libc.ELOOP),
                    _ => (long?)null,
                };
            }
        );

    private int? Read(string name, long offset, Memory<byte> destination) =>
        Reading(
            name,
            offset,
            () =>
            {
                using var folder = _tree.Open(DirectoryTree.ParentOf(name));
                using var file = folder?.OpenFile(DirectoryTree.LeafOf(name), writable: false);
                return file?.Read(offset, destination.Span);
            }
        );

    /// <summary>Reads of a file, and tells one that is broken from a store that is.</summary>
    private T Reading<T>(string name, long offset, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PosixException cause) when (cause.Error is Libc.EIO or Libc.EUCLEAN or Libc.EBADMSG && IsAnswering(name))
        {
            throw Errors.DataUnreadable(name, offset, cause);
        }
    }

    /// <summary>Whether anything can be read from the device now: of the same file, else of one at the top.</summary>
    private bool IsAnswering(string name)
    {
        try
        {
            using var top = _tree.OpenTop();
            using var folder = _tree.Open(DirectoryTree.ParentOf(name));
            return IsAnswering(folder, DirectoryTree.LeafOf(name))
                || top.Entries()
                    .Where(entry => entry != name && top.Find(entry) is { IsFile: true, Length: > 0 })
                    .Take(ProbedFiles)
                    .Any(entry => IsAnswering(top, entry));
        }
        catch (PosixException)
        {
            return false;
        }
    }

    /// <summary>Whether a file's first or last bytes can be read, and not only out of the system's memory.</summary>
    private static bool IsAnswering(PosixFolder? folder, string name)
    {
        try
        {
            using var file = folder?.OpenFile(name, writable: false);
            return file?.Status.Length is > 0 and var length
                && (CanRead(file, 0) || CanRead(file, Math.Max(0, length - ProbeSize)));
        }
        catch (PosixException)
        {
            return false;
        }
    }

    private static bool CanRead(PosixFile file, long offset)
    {
        try
        {
            file.Forget(offset, ProbeSize);
            return file.Read(offset, new byte[ProbeSize]) > 0;
        }
        catch (PosixException)
        {
            return false;
        }
    }
}
