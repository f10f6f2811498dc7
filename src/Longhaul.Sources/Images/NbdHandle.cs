using Microsoft.Win32.SafeHandles;

namespace Longhaul.Sources.Images;

/// <summary>A connection of libnbd; closing it drops the connection.</summary>
/// <threadsafety>One call at a time.</threadsafety>
internal sealed class NbdHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LibNbd.Close(handle);
        return true;
    }
}
