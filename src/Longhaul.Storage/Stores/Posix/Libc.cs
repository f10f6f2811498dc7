using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Storage.Stores.Posix;

/// <summary>The calls of the C library that the directory store makes itself, because .NET hides their failures.</summary>
/// <remarks>
/// <para><c>FileStream.Flush(true)</c> and <c>RandomAccess.FlushToDisk</c> return normally when fsync fails, so nothing
/// here goes through them. Results are the C library's: negative means failed, and the reason is the last P/Invoke
/// error.</para>
/// <para>Numbers are Linux's, from the kernel's include/uapi/asm-generic/fcntl.h, linux/stat.h and errno.h; the two
/// that x86 and Arm number differently are chosen at run time.</para>
/// </remarks>
internal static class Libc
{
    internal const int ReadOnly = 0;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const uint SyncRangeWrite = 2;
    internal const int DoNotNeed = 4;

    internal const int LockExclusive = 2;
    internal const int LockNonBlocking = 4;
    internal const int Unlock = 8;

    internal const int RemoveFolder = 0x200;
    internal const int NoFollowAtEnd = 0x100;
    internal const int EmptyPath = 0x1000;
    internal const uint NoReplace = 1;
    internal const uint StatBasicAndBirth = 0xfff;

    // linux/magic.h
    internal const long Ext4 = 0xEF53;
    internal const long Xfs = 0x58465342;
    internal const long Btrfs = 0x9123683E;

    // linux/fs.h: _IOR('f', 1, long) and _IOW('f', 2, long), though both take an int.
    internal const nuint GetFlags = 0x80086601;
    internal const nuint SetFlags = 0x40086602;
    internal const int ImmutableFlag = 0x10;

    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int ENXIO = 6;
    internal const int EAGAIN = 11;
    internal const int EACCES = 13;
    internal const int EEXIST = 17;
    internal const int EXDEV = 18;
    internal const int ENODEV = 19;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENOTTY = 25;
    internal const int ENOSPC = 28;
    internal const int EROFS = 30;
    internal const int EMLINK = 31;
    internal const int ENAMETOOLONG = 36;
    internal const int ENOLCK = 37;
    internal const int ENOSYS = 38;
    internal const int ENOTEMPTY = 39;
    internal const int ELOOP = 40;
    internal const int EBADMSG = 74;
    internal const int EOPNOTSUPP = 95;
    internal const int ESHUTDOWN = 108;
    internal const int ENOTCONN = 107;
    internal const int ETIMEDOUT = 110;
    internal const int EHOSTDOWN = 112;
    internal const int EHOSTUNREACH = 113;
    internal const int ESTALE = 116;
    internal const int EUCLEAN = 117;
    internal const int EDQUOT = 122;

    private static readonly bool s_isArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    internal static int FolderOnly => s_isArm ? 0x4000 : 0x10000;

    internal static int NoFollow => s_isArm ? 0x8000 : 0x20000;

    [DllImport(
        "libc",
        EntryPoint = "openat",
        SetLastError = true,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    internal static extern SafeFileHandle OpenAt(
        SafeFileHandle folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        int flags,
        uint mode
    );

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport(
        "libc",
        EntryPoint = "mkdirat",
        SetLastError = true,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    internal static extern int MakeFolderAt(
        SafeFileHandle folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        uint mode
    );

    [DllImport(
        "libc",
        EntryPoint = "renameat2",
        SetLastError = true,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    internal static extern int RenameAt(
        SafeFileHandle fromFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        SafeFileHandle toFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to,
        uint flags
    );

    [DllImport(
        "libc",
        EntryPoint = "linkat",
        SetLastError = true,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    internal static extern int LinkAt(
        SafeFileHandle fromFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        SafeFileHandle toFolder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to,
        int flags
    );

    [DllImport(
        "libc",
        EntryPoint = "unlinkat",
        SetLastError = true,
        BestFitMapping = false,
        ThrowOnUnmappableChar = true
    )]
    internal static extern int UnlinkAt(
        SafeFileHandle folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        int flags
    );

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern int StatAt(
        SafeFileHandle folder,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        int flags,
        uint mask,
        ref byte buffer
    );

    [DllImport("libc", EntryPoint = "geteuid")]
    internal static extern uint EffectiveUser();

    [DllImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    internal static extern nint ReadEntries(SafeFileHandle folder, ref byte buffer, nuint size);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static extern int Sync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    internal static extern int SyncData(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    internal static extern int SyncRange(SafeFileHandle file, long offset, long length, uint flags);

    /// <summary>Returns an error number, and sets none.</summary>
    [DllImport("libc", EntryPoint = "posix_fadvise")]
    internal static extern int Advise(SafeFileHandle file, long offset, long length, int advice);

    [DllImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    internal static extern int Truncate(SafeFileHandle file, long length);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static extern int Lock(SafeFileHandle file, int operation);

    [DllImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static extern nint ReadAt(SafeFileHandle file, ref byte buffer, nuint count, long offset);

    [DllImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    internal static extern nint WriteAt(SafeFileHandle file, ref readonly byte buffer, nuint count, long offset);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static extern int FlagsOf(SafeFileHandle file, nuint request, ref int flags);

    [DllImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    internal static extern int FileSystemOf(SafeFileHandle file, ref byte buffer);
}
