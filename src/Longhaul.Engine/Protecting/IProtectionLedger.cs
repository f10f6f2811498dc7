namespace Longhaul.Engine.Protecting;

/// <summary>Until when each file of one backup is protected, as the owner remembers it: out of reach of whoever can write to the
/// backup's folder. Implemented by the host, in its home.</summary>
/// <remarks>A log can be lied to by whoever may write to it: what he takes away or shortens there lifts nothing, since what is
/// lifted goes by this.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IProtectionLedger
{
    /// <summary>Reads it.</summary>
    /// <returns>By name, from the backup folder down: until when, by the protected clock. Empty also when it was lost.</returns>
    IReadOnlyDictionary<string, DateTimeOffset> Read();

    /// <summary>Writes it anew, durably.</summary>
    /// <param name="files">By name: until when.</param>
    void Write(IReadOnlyDictionary<string, DateTimeOffset> files);
}
