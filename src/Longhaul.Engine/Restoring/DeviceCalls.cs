using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Engine.Restoring;

/// <summary>The calls of the C library that writing to a block device takes and .NET does not offer.</summary>
/// <remarks>Negative means failed, and the reason is the last P/Invoke error. Numbers are Linux's, from
/// include/uapi/asm-generic/fcntl.h, linux/fs.h and errno-base.h.</remarks>
internal static class DeviceCalls
{
    internal const int ReadWrite = 2;

    /// <summary>On a block device: fails with EBUSY while it is mounted or otherwise held.</summary>
    internal const int Exclusive = 0x80;
    internal const int CloseOnExec = 0x80000;

    internal const nuint GetSize = 0x80081272;
    internal const nuint ZeroOut = 0x127f;

    internal const int EPERM = 1;
    internal const int EACCES = 13;
    internal const int EBUSY = 16;

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static extern int Control(SafeFileHandle file, nuint request, ref long argument);
}
