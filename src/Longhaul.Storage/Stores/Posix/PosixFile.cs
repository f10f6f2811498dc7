using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Storage.Stores.Posix;

/// <summary>An open file whose every failure is noticed.</summary>
/// <threadsafety>Reads from any thread; the rest one caller at a time.</threadsafety>
internal sealed class PosixFile(SafeFileHandle handle, string path) : IDisposable
{
    /// <summary>What statx says about it now.</summary>
    public FileStatus Status => FileStatus.Of(handle, path);

    /// <summary>Reads until the destination is full or the file ends.</summary>
    /// <returns>Bytes read.</returns>
    public int Read(long offset, Span<byte> destination)
    {
        var done = 0;
        while (done < destination.Length)
        {
            var rest = destination[done..];
            var count = Libc.ReadAt(handle, ref rest[0], (nuint)rest.Length, offset + done);
            if (count == 0)
            {
                break;
            }

            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                throw PosixException.Last("read", path);
            }

            done += (int)Math.Max(count, 0);
        }

        return done;
    }

    /// <summary>Has the system forget what it has read of a part, so that the next read asks the device.</summary>
    public void Forget(long offset, int length) => _ = Libc.Advise(handle, offset, length, Libc.DoNotNeed);

    /// <summary>Writes all bytes.</summary>
    public void Write(long offset, ReadOnlySpan<byte> content)
    {
        var done = 0;
        while (done < content.Length)
        {
            var rest = content[done..];
            var count = Libc.WriteAt(handle, in rest[0], (nuint)rest.Length, offset + done);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                throw PosixException.Last("write", path);
            }

            done += (int)Math.Max(count, 0);
        }
    }

    /// <summary>Has what is written from an offset on begun to be written to disk early.</summary>
    public EarlyWriteBack WriteBackFrom(long offset) => new(handle, offset);

    /// <summary>Makes content and length durable.</summary>
    public void Sync() => Check("fsync", Repeat(handle, Libc.Sync));

    /// <summary>Makes content and length durable, other properties perhaps not.</summary>
    public void SyncData() => Check("fdatasync", Repeat(handle, Libc.SyncData));

    /// <summary>Cuts the file.</summary>
    /// <param name="length">Bytes to keep.</param>
    public void Truncate(long length)
    {
        int result;
        do
        {
            result = Libc.Truncate(handle, length);
        } while (result < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);

        Check("ftruncate", result);
    }

    /// <summary>Takes the lock that says that somebody has the file in hand; it goes with the handle.</summary>
    /// <returns>False when another has it. Null when the file system knows no locks.</returns>
    public bool? TryLock()
    {
        if (Repeat(handle, static file => Libc.Lock(file, Libc.LockExclusive | Libc.LockNonBlocking)) >= 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() switch
        {
            Libc.EAGAIN => false,
            Libc.ENOLCK or Libc.ENOSYS or Libc.EOPNOTSUPP or Libc.EINVAL => null,
            _ => throw PosixException.Last("flock", path),
        };
    }

    /// <summary>Whether it has the flag that keeps everybody from changing and removing it; false where there is no such flag.</summary>
    public bool IsImmutable()
    {
        var flags = 0;
        if (Libc.FlagsOf(handle, Libc.GetFlags, ref flags) >= 0)
        {
            return (flags & Libc.ImmutableFlag) != 0;
        }

        return Marshal.GetLastPInvokeError() is Libc.ENOTTY or Libc.EOPNOTSUPP or Libc.EINVAL or Libc.ENOSYS
            ? false
            : throw PosixException.Last("ioctl", path);
    }

    /// <summary>Sets or clears that flag, durably; other flags stay.</summary>
    /// <returns>0, or the system's error number.</returns>
    public int SetImmutable(bool isSet)
    {
        var flags = 0;
        if (Libc.FlagsOf(handle, Libc.GetFlags, ref flags) < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        flags = isSet ? flags | Libc.ImmutableFlag : flags & ~Libc.ImmutableFlag;
        if (Libc.FlagsOf(handle, Libc.SetFlags, ref flags) < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        Sync();
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    /// <summary>Calls until no signal comes in between.</summary>
    internal static int Repeat(SafeFileHandle handle, Func<SafeFileHandle, int> call)
    {
        int result;
        do
        {
            result = call(handle);
        } while (result < 0 && Marshal.GetLastPInvokeError() == Libc.EINTR);

        return result;
    }

    private void Check(string call, int result)
    {
        if (result < 0)
        {
            throw PosixException.Last(call, path);
        }
    }
}
