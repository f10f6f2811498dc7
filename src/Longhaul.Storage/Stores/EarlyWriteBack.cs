using Longhaul.Storage.Stores.Posix;
using Microsoft.Win32.SafeHandles;

namespace Longhaul.Storage.Stores;

/// <summary>Asks the system to write a growing file to disk while more of it is made, so that its flush has little left to
/// wait for.</summary>
/// <remarks>Only advice: it proves nothing, and what fails by it the next flush reports.</remarks>
/// <param name="file">The file, which is written from the beginning to the end, with or without holes; stays the caller's.</param>
/// <param name="begun">Where this begins, in bytes.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class EarlyWriteBack(SafeFileHandle file, long begun = 0)
{
    /// <summary>Enough for a disk to write in one go; few enough that a flush has not long to wait for the last of them.</summary>
    private const int Every = 8 << 20;

    private long _begun = begun;
    private int _waiting;

    /// <summary>Notes what was written.</summary>
    /// <param name="offset">Where, in bytes; not before what was written earlier.</param>
    /// <param name="length">In bytes.</param>
    public void Wrote(long offset, int length)
    {
        _waiting += length;
        if (_waiting < Every)
        {
            return;
        }

        var end = offset + length;
        _ = Libc.SyncRange(file, _begun, end - _begun, Libc.SyncRangeWrite);
        (_begun, _waiting) = (end, 0);
    }
}
