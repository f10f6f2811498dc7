using System.Runtime.InteropServices;

namespace Longhaul.Sources.Images;

/// <summary>The calls of libnbd that reading and writing an export take.</summary>
/// <remarks>
/// <para>A handle is one connection and serves one call at a time. A negative result means failed; the reason is that of
/// the calling thread's last call, so it is asked for by the same thread at once.</para>
/// <para>Source: libnbd 1.14, libnbd.h and libnbd(3).</para>
/// </remarks>
internal static class LibNbd
{
    /// <summary>What the loader is asked for; Debian's package is libnbd0.</summary>
    internal const string Library = "libnbd.so.0";

    /// <summary>Bit of an extent of <c>base:allocation</c>: it reads as zeros (NBD protocol, "Metadata querying").</summary>
    internal const uint StateZero = 2;

    /// <summary>Asks for the unit that offsets and lengths must be multiples of.</summary>
    internal const int SizeMinimum = 0;

    /// <summary>Hears what a part of an export is; called before the asking call returns, by the same thread.</summary>
    /// <param name="user">What was given with it.</param>
    /// <param name="context">The metadata context's name, a C string.</param>
    /// <param name="offset">Where the first entry begins.</param>
    /// <param name="entries">Pairs of a length and its state, 32 bits each.</param>
    /// <param name="count">How many numbers stand in <paramref name="entries"/>, two for each pair.</param>
    /// <param name="error">An error number to end with.</param>
    /// <returns>0, or -1 to end with an error.</returns>
    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int ExtentFunction(nint user, nint context, ulong offset, nint entries, nuint count, nint error);

    [DllImport(Library, EntryPoint = "nbd_create")]
    internal static extern NbdHandle Create();

    [DllImport(Library, EntryPoint = "nbd_close")]
    internal static extern void Close(nint handle);

    [DllImport(Library, EntryPoint = "nbd_get_error")]
    internal static extern nint GetError();

    [DllImport(Library, EntryPoint = "nbd_get_errno")]
    internal static extern int GetErrorNumber();

    [DllImport(Library, EntryPoint = "nbd_add_meta_context", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern int AddMetaContext(NbdHandle handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport(Library, EntryPoint = "nbd_connect_unix", BestFitMapping = false, ThrowOnUnmappableChar = true)]
    internal static extern int ConnectUnix(NbdHandle handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string socket);

    [DllImport(Library, EntryPoint = "nbd_get_size")]
    internal static extern long GetSize(NbdHandle handle);

    [DllImport(Library, EntryPoint = "nbd_get_block_size")]
    internal static extern long GetBlockSize(NbdHandle handle, int which);

    [DllImport(Library, EntryPoint = "nbd_pread")]
    internal static extern int Read(NbdHandle handle, ref byte buffer, nuint count, ulong offset, uint flags);

    [DllImport(Library, EntryPoint = "nbd_pwrite")]
    internal static extern int Write(NbdHandle handle, ref readonly byte buffer, nuint count, ulong offset, uint flags);

    [DllImport(Library, EntryPoint = "nbd_flush")]
    internal static extern int Flush(NbdHandle handle, uint flags);

    [DllImport(Library, EntryPoint = "nbd_block_status")]
    internal static extern int BlockStatus(
        NbdHandle handle,
        ulong count,
        ulong offset,
        ExtentCallback callback,
        uint flags
    );

    /// <summary>A callback as libnbd takes it: by value.</summary>
    /// <param name="function">Must live until the call returns.</param>
    /// <param name="user">Passed to the function.</param>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct ExtentCallback(nint function, nint user)
    {
        private readonly nint _function = function;
        private readonly nint _user = user;
        private readonly nint _free;
    }
}
