using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Storage.Stores.Posix;

/// <summary>What statx says about a file.</summary>
/// <remarks>
/// <code>
/// struct statx, native byte order: nlink u32 at 16, owner u32 at 20, mode u16 at 28, inode u64 at 32, size u64 at 40,
/// birth time i64 + u32 at 80, device u32 + u32 at 136
/// </code>
/// <para>Source: linux/stat.h; the layout is the same on every architecture.</para>
/// </remarks>
/// <param name="Type">The file-type bits of the mode.</param>
/// <param name="Links">How many names it has; 0 when it was deleted while open.</param>
/// <param name="Length">Bytes; of regular files only.</param>
/// <param name="Identity">Tells it from every other file, later ones with its inode number too.</param>
/// <threadsafety>Immutable.</threadsafety>
internal readonly record struct FileStatus(int Type, uint Links, long Length, FileIdentity Identity)
{
    private const int Size = 256;

    /// <summary>The permission bits of the mode.</summary>
    public int Permissions { get; private init; }

    /// <summary>Number of the user it belongs to.</summary>
    public uint Owner { get; private init; }

    /// <summary>Whether it is a regular file.</summary>
    public bool IsFile => Type == 0x8000;

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Type == 0x4000;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => Type == 0xA000;

    /// <summary>Asks about an open file or folder.</summary>
    public static FileStatus Of(SafeFileHandle file, string path) =>
        TryGet(file, "", Libc.EmptyPath, out var status) ? status : throw PosixException.Last("statx", path);

    /// <summary>Asks about a name in a folder, without following a link.</summary>
    /// <returns>Null when there is no such name.</returns>
    public static FileStatus? Find(SafeFileHandle folder, string name, string path)
    {
        if (TryGet(folder, name, Libc.NoFollowAtEnd, out var status))
        {
            return status;
        }

        return Marshal.GetLastPInvokeError() is Libc.ENOENT ? null : throw PosixException.Last("statx", path);
    }

    private static bool TryGet(SafeFileHandle folder, string name, int flags, out FileStatus status)
    {
        Span<byte> buffer = stackalloc byte[Size];
        int result;
        do
        {
            result = Libc.StatAt(folder, name, flags, Libc.StatBasicAndBirth, ref buffer[0]);
        } while (result < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);

        status = result < 0 ? default : Read(buffer);
        return result >= 0;
    }

    private static FileStatus Read(ReadOnlySpan<byte> buffer)
    {
        var identity = new FileIdentity(
            MemoryMarshal.Read<ulong>(buffer[136..]),
            MemoryMarshal.Read<ulong>(buffer[32..]),
            MemoryMarshal.Read<long>(buffer[80..]),
            MemoryMarshal.Read<uint>(buffer[88..])
        );
        var mode = MemoryMarshal.Read<ushort>(buffer[28..]);
        var links = MemoryMarshal.Read<uint>(buffer[16..]);
        return new FileStatus(mode & 0xF000, links, MemoryMarshal.Read<long>(buffer[40..]), identity)
        {
            Permissions = mode & 0xFFF,
            Owner = MemoryMarshal.Read<uint>(buffer[20..]),
        };
    }
}

/// <summary>Tells a file or folder from every other.</summary>
/// <param name="Device">Number of the device it lies on.</param>
/// <param name="Inode">Its number there; used again after it is gone.</param>
/// <param name="BornSeconds">When it was made; 0 where the file system does not know.</param>
/// <param name="BornNanoseconds">The rest of that, 0 to 999,999,999.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, long BornSeconds, uint BornNanoseconds);
