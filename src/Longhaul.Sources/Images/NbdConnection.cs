using System.Buffers;
using System.Runtime.InteropServices;
using Longhaul.Core;

namespace Longhaul.Sources.Images;

/// <summary>One connection to an NBD server on a unix socket.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class NbdConnection : IDisposable
{
    /// <summary>Bytes one request may ask for: what every server takes (NBD protocol, "Block sizes").</summary>
    private const int MaxRequest = 32 << 20;

    /// <summary>Bytes one look at the allocation covers at most: a server answers for 32 bits of length.</summary>
    private const long MaxStatus = 1L << 31;

    // Kept by a static field: native code holds the function's address.
    private static readonly LibNbd.ExtentFunction s_onExtents = OnExtents;
    private static readonly nint s_onExtentsPointer = Marshal.GetFunctionPointerForDelegate(s_onExtents);

    private readonly NbdHandle _handle;

    private readonly int _unit;

    private NbdConnection(NbdHandle handle, long size, int unit)
    {
        _handle = handle;
        _unit = unit;
        Size = size;
    }

    /// <summary>Size of the export, in bytes.</summary>
    internal long Size { get; }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>Connects to the export without a name.</summary>
    /// <param name="socket">Path of the server's socket.</param>
    /// <exception cref="IOException">Nobody listens there, or it does not want to.</exception>
    /// <exception cref="LonghaulException">tool.missing: libnbd is not installed.</exception>
    internal static NbdConnection Connect(string socket)
    {
        var handle = Create();
        try
        {
            if (LibNbd.AddMetaContext(handle, "base:allocation") < 0 || LibNbd.ConnectUnix(handle, socket) < 0)
            {
                throw LastError();
            }

            var size = LibNbd.GetSize(handle);
            if (size < 0)
            {
                throw LastError();
            }

            // 0 when the server did not say: then it takes bytes (NBD protocol, "Block sizes").
            var unit = LibNbd.GetBlockSize(handle, LibNbd.SizeMinimum);
            return new NbdConnection(handle, size, (int)Math.Clamp(unit, 1, 1 << 16));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a range.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Filled wholly; up to 1 GiB.</param>
    /// <exception cref="IOException">The server's error.</exception>
    internal void Read(long offset, Span<byte> destination)
    {
        var before = (int)(offset % _unit);
        var length = (before + destination.Length + _unit - 1) / _unit * _unit;
        if (length == destination.Length)
        {
            ReadUnits(offset, destination);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            ReadUnits(offset - before, rented.AsSpan(0, length));
            rented.AsSpan(before, destination.Length).CopyTo(destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes a range.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="content">Up to 32 MiB.</param>
    /// <exception cref="IOException">The server's error.</exception>
    internal void Write(long offset, ReadOnlySpan<byte> content)
    {
        if (content.Length > 0 && LibNbd.Write(_handle, in content[0], (nuint)content.Length, (ulong)offset, 0) < 0)
        {
            throw LastError();
        }
    }

    /// <summary>Waits until everything written is on the medium.</summary>
    /// <exception cref="IOException">The server's error.</exception>
    internal void Flush()
    {
        if (LibNbd.Flush(_handle, 0) < 0)
        {
            throw LastError();
        }
    }

    /// <summary>Asks which stretches from an offset on read as zeros.</summary>
    /// <param name="offset">First byte, before the end.</param>
    /// <returns>Neighbouring stretches from <paramref name="offset"/> on, at least one; they need not reach the end.</returns>
    /// <remarks>Only what the server knows to be zero counts. A hole that it does not know to be zero is to be read.</remarks>
    /// <exception cref="IOException">The server's error.</exception>
    internal IReadOnlyList<(long Length, bool IsZero)> ReadStatus(long offset)
    {
        var found = new List<(long Length, bool IsZero)>();
        var keeper = GCHandle.Alloc(found);
        try
        {
            var callback = new LibNbd.ExtentCallback(s_onExtentsPointer, GCHandle.ToIntPtr(keeper));
            var length = (ulong)Math.Min(MaxStatus, Size - offset);
            if (LibNbd.BlockStatus(_handle, length, (ulong)offset, callback, 0) < 0)
            {
                throw LastError();
            }
        }
        finally
        {
            keeper.Free();
        }

        return found.Sum(stretch => stretch.Length) > 0
            ? found
            : throw new IOException("the server did not say what is allocated");
    }

    // Nothing may be thrown into native code: what is read has been allocated, and the list can only run out of memory.
    private static int OnExtents(nint user, nint context, ulong offset, nint entries, nuint count, nint error)
    {
        var found = (List<(long Length, bool IsZero)>)GCHandle.FromIntPtr(user).Target!;
        for (var i = 0; i + 1 < (int)count; i += 2)
        {
            var length = unchecked((uint)Marshal.ReadInt32(entries, i * sizeof(int)));
            var state = unchecked((uint)Marshal.ReadInt32(entries, (i + 1) * sizeof(int)));
            found.Add((length, (state & LibNbd.StateZero) != 0));
        }

        return 0;
    }

    private void ReadUnits(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var part = destination[..Math.Min(destination.Length, MaxRequest)];
            if (LibNbd.Read(_handle, ref part[0], (nuint)part.Length, (ulong)offset, 0) < 0)
            {
                throw LastError();
            }

            offset += part.Length;
            destination = destination[part.Length..];
        }
    }

    private static NbdHandle Create()
    {
        try
        {
            var handle = LibNbd.Create();
            return handle.IsInvalid ? throw LastError() : handle;
        }
        catch (DllNotFoundException cause)
        {
            throw Errors.ToolMissing(LibNbd.Library, "libnbd0", cause);
        }
    }

    private static IOException LastError()
    {
        var number = LibNbd.GetErrorNumber();
        var message = Marshal.PtrToStringUTF8(LibNbd.GetError()) ?? "no reason was given";
        return new IOException(message, number);
    }
}
