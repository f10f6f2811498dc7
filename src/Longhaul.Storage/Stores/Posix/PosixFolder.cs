using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Storage.Stores.Posix;

/// <summary>An open folder; names are single parts in it, and no symbolic link is followed.</summary>
/// <remarks>Working from handle to handle means that nothing put in place of a folder meanwhile, link or mount, can
/// lead a write elsewhere.</remarks>
/// <threadsafety>All members may be called at the same time from any thread, but <see cref="Entries"/>: once.</threadsafety>
internal sealed class PosixFolder : IDisposable
{
    // Backups are nobody else's business; the umask may take more away.
    private const uint FolderMode = 0x1F8; // 0770
    private const uint FileMode = 0x1B0; // 0660

    private readonly SafeFileHandle _handle;

    private PosixFolder(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    /// <summary>Where it was when it was opened, for messages.</summary>
    public string Path { get; }

    /// <summary>What statx says about it now.</summary>
    public FileStatus Status => FileStatus.Of(_handle, Path);

    /// <summary>Which file system it lies on, by the kernel's magic number.</summary>
    /// <remarks>Source: fstatfs(2): the number stands first, in eight bytes; the whole has less than 128.</remarks>
    public long FileSystemType
    {
        get
        {
            var buffer = new byte[128];
            return Libc.FileSystemOf(_handle, ref buffer[0]) < 0
                ? throw PosixException.Last("fstatfs", Path)
                : MemoryMarshal.Read<long>(buffer);
        }
    }

    /// <summary>Opens a folder by its path; links on the way to it are followed.</summary>
    /// <returns>Null when there is no such folder.</returns>
    public static PosixFolder? Open(string path)
    {
        var handle = Repeat(() => Libc.Open(path, Libc.ReadOnly | Libc.FolderOnly | Libc.CloseOnExec, 0));
        if (!handle.IsInvalid)
        {
            return new PosixFolder(handle, path);
        }

        return Marshal.GetLastPInvokeError() is Libc.ENOENT or Libc.ENOTDIR
            ? null
            : throw PosixException.Last("open", path);
    }

    /// <summary>Opens a folder in this one.</summary>
    /// <returns>Null when there is none of that name, or something that is no folder.</returns>
    /// <exception cref="PosixException">ELOOP: it is a symbolic link; and others.</exception>
    public PosixFolder? OpenFolder(string name)
    {
        var flags = Libc.ReadOnly | Libc.FolderOnly | Libc.NoFollow | Libc.CloseOnExec;
        var handle = Repeat(() => Libc.OpenAt(_handle, name, flags, 0));
        if (!handle.IsInvalid)
        {
            return new PosixFolder(handle, PathOf(name));
        }

        var error = Marshal.GetLastPInvokeError();
        if (error is not (Libc.ENOENT or Libc.ENOTDIR))
        {
            throw new PosixException("open", PathOf(name), error);
        }

        // A link gives ENOTDIR here; it must not look like an empty place.
        return error == Libc.ENOTDIR && Find(name) is { IsLink: true }
            ? throw new PosixException("open", PathOf(name), Libc.ELOOP)
            : null;
    }

    /// <summary>Makes a folder unless it is there.</summary>
    /// <returns>False when this folder itself was removed meanwhile.</returns>
    public bool CreateFolder(string name)
    {
        var error = Repeat(() => Libc.MakeFolderAt(_handle, name, FolderMode));
        return error switch
        {
            0 or Libc.EEXIST => true,
            Libc.ENOENT => false,
            _ => throw new PosixException("mkdir", PathOf(name), error),
        };
    }

    /// <summary>Opens a file for reading, or for reading and writing.</summary>
    /// <returns>Null when there is none of that name, or something that is no file.</returns>
    public PosixFile? OpenFile(string name, bool writable)
    {
        // Non-blocking, so that a pipe under that name cannot hang us; regular files do not care.
        var flags = (writable ? Libc.ReadWrite : Libc.ReadOnly) | Libc.NoFollow | Libc.NonBlocking | Libc.CloseOnExec;
        var handle = Repeat(() => Libc.OpenAt(_handle, name, flags, 0));
        if (handle.IsInvalid)
        {
            return Marshal.GetLastPInvokeError() is Libc.ENOENT
                ? null
                : throw PosixException.Last("open", PathOf(name));
        }

        var file = new PosixFile(handle, PathOf(name));
        if (FileStatus.Of(handle, PathOf(name)).IsFile)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Makes an empty file.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="file">The file, open for reading and writing; null unless the result is 0.</param>
    /// <returns>0; EEXIST when the name is taken; ENOENT when this folder was removed meanwhile.</returns>
    public int CreateFile(string name, out PosixFile? file)
    {
        const int Flags = Libc.ReadWrite | Libc.Create | Libc.Exclusive | Libc.CloseOnExec;
        var handle = Repeat(() => Libc.OpenAt(_handle, name, Flags | Libc.NoFollow, FileMode));
        if (!handle.IsInvalid)
        {
            file = new PosixFile(handle, PathOf(name));
            return 0;
        }

        file = null;
        var error = Marshal.GetLastPInvokeError();
        return error is Libc.EEXIST or Libc.ENOENT ? error : throw new PosixException("create", PathOf(name), error);
    }

    /// <summary>Asks about a name, without following a link.</summary>
    /// <returns>Null when there is none of that name.</returns>
    public FileStatus? Find(string name) => FileStatus.Find(_handle, name, PathOf(name));

    /// <summary>Renames within this folder and never replaces.</summary>
    /// <returns>0, or the system's error number.</returns>
    public int RenameNoReplace(string from, string to) =>
        Repeat(() => Libc.RenameAt(_handle, from, _handle, to, Libc.NoReplace));

    /// <summary>Renames within this folder; whatever had the name is gone.</summary>
    /// <returns>0, or the system's error number.</returns>
    public int Rename(string from, string to) => Repeat(() => Libc.RenameAt(_handle, from, _handle, to, 0));

    /// <summary>Renames into another folder and never replaces.</summary>
    /// <returns>0, or the system's error number; EXDEV when that is another file system.</returns>
    public int MoveNoReplace(string from, PosixFolder folder, string to) =>
        Repeat(() => Libc.RenameAt(_handle, from, folder._handle, to, Libc.NoReplace));

    /// <summary>Gives a file a second name, unless that is taken.</summary>
    /// <returns>0, or the system's error number.</returns>
    public int Link(string from, string to) => Repeat(() => Libc.LinkAt(_handle, from, _handle, to, 0));

    /// <summary>Removes a file's name.</summary>
    /// <returns>0, or the system's error number.</returns>
    public int Unlink(string name) => Repeat(() => Libc.UnlinkAt(_handle, name, 0));

    /// <summary>Removes an empty folder.</summary>
    /// <returns>0, or the system's error number.</returns>
    public int RemoveFolder(string name) => Repeat(() => Libc.UnlinkAt(_handle, name, Libc.RemoveFolder));

    /// <summary>Waits for the lock that orders renames where the file system itself cannot; it goes with the handle.</summary>
    public void Lock()
    {
        if (Repeat(() => Libc.Lock(_handle, Libc.LockExclusive)) is not 0 and var error)
        {
            throw new PosixException("flock", Path, error);
        }
    }

    /// <summary>Lets go of the lock.</summary>
    public void Unlock()
    {
        if (Libc.Lock(_handle, Libc.Unlock) < 0)
        {
            throw PosixException.Last("flock", Path);
        }
    }

    /// <summary>Makes the names in this folder durable.</summary>
    public void Sync()
    {
        if (PosixFile.Repeat(_handle, Libc.Sync) < 0)
        {
            throw PosixException.Last("fsync", Path);
        }
    }

    /// <summary>Reads all names, once; without <c>.</c> and <c>..</c>, in no order.</summary>
    /// <remarks>
    /// <code>
    /// struct linux_dirent64, native byte order: inode u64 at 0, cookie i64 at 8, record length u16 at 16, type u8
    /// at 18, name from 19 to a zero byte
    /// </code>
    /// <para>Source: getdents64(2). Cost: one call for some 32 KiB of entries.</para>
    /// </remarks>
    public IEnumerable<string> Entries()
    {
        var buffer = new byte[32 << 10];
        while (ReadEntries(buffer) is { } names)
        {
            foreach (var name in names)
            {
                yield return name;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private List<string>? ReadEntries(byte[] buffer)
    {
        var count = Libc.ReadEntries(_handle, ref buffer[0], (nuint)buffer.Length);
        if (count < 0)
        {
            // ENOENT: this folder was removed while it was open, so there is nothing in it.
            return Marshal.GetLastPInvokeError() is Libc.ENOENT ? null : throw PosixException.Last("getdents64", Path);
        }

        var names = new List<string>();
        ReadOnlySpan<byte> records = buffer.AsSpan(0, (int)count);
        while (records.Length > 0)
        {
            var length = MemoryMarshal.Read<ushort>(records[16..]);
            var name = records[19..length];
            var text = Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
            if (text is not ("." or ".."))
            {
                names.Add(text);
            }

            records = records[length..];
        }

        return count == 0 ? null : names;
    }

    private static int Repeat(Func<int> call)
    {
        while (call() < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Libc.EINTR)
            {
                return error;
            }
        }

        return 0;
    }

    private static SafeFileHandle Repeat(Func<SafeFileHandle> call)
    {
        var handle = call();
        while (handle.IsInvalid && Marshal.GetLastPInvokeError() == Libc.EINTR)
        {
            handle = call();
        }

        return handle;
    }

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);
}
