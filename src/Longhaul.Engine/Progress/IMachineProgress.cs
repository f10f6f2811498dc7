namespace Longhaul.Engine.Progress;

/// <summary>Hears how far one machine of a run is.</summary>
/// <threadsafety>All members may be called from any thread; they return at once.</threadsafety>
public interface IMachineProgress
{
    /// <summary>Work on a disk of the machine begins; several may be under way at a time.</summary>
    /// <param name="disk">The disk's identity.</param>
    void BeginDisk(string disk);

    /// <summary>Work on a disk of the machine has ended.</summary>
    /// <param name="disk">The disk's identity.</param>
    void EndDisk(string disk);

    /// <summary>Some of it is done.</summary>
    /// <param name="bytesDone">Bytes gone through since the last call.</param>
    void Advance(long bytesDone);
}
