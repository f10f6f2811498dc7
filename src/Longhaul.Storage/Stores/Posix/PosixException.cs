using System.Runtime.InteropServices;

namespace Longhaul.Storage.Stores.Posix;

/// <summary>A call of the operating system failed.</summary>
/// <param name="call">The call's name, for people.</param>
/// <param name="path">What it was about.</param>
/// <param name="error">The system's error number; also <see cref="Exception.HResult"/>.</param>
internal sealed class PosixException(string call, string path, int error)
    : IOException($"{call} {path}: {Marshal.GetPInvokeErrorMessage(error)}", error)
{
    /// <summary>The call's name.</summary>
    public string Call => call;

    /// <summary>The system's error number.</summary>
    public int Error => HResult;

    /// <summary>Throws what the last call left behind.</summary>
    public static PosixException Last(string call, string path) => new(call, path, Marshal.GetLastPInvokeError());
}
