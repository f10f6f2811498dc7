using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Sources;

/// <summary>The calls of the C library that reading a disk takes and .NET does not offer.</summary>
/// <remarks>Results are the C library's: negative means failed, and the reason is the last P/Invoke error. Numbers are
/// Linux's, from include/uapi/asm-generic/fcntl.h, linux/fs.h and errno.h.</remarks>
internal static class Libc
{
    internal const int ReadOnly = 0;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const int SeekEnd = 2;
    internal const int SeekData = 3;
    internal const int SeekHole = 4;

    internal const int AdviseSequential = 2;

    internal const int EmptyPath = 0x1000;
    internal const uint StatType = 1;

    internal const int KillSignal = 9;

    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int EINTR = 4;
    internal const int ENXIO = 6;
    internal const int EACCES = 13;
    internal const int ENODEV = 19;
    internal const int ENOTDIR = 20;
    internal const int ENOMEDIUM = 123;

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static extern nint ReadAt(SafeFileHandle file, ref byte buffer, nuint count, long offset);

    [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static extern long Seek(SafeFileHandle file, long offset, int whence);

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    internal static extern int Advise(SafeFileHandle file, long offset, long length, int advice);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern int Stat(
        SafeFileHandle file,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name,
        int flags,
        uint mask,
        ref byte buffer
    );

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static extern int Kill(int process, int signal);
}
