namespace Longhaul.Engine.Progress;

/// <summary>Hears how far a run is. Implemented by the host that shows it.</summary>
/// <threadsafety>All members may be called from any thread; they return at once.</threadsafety>
public interface IRunProgress
{
    /// <summary>A machine's turn begins.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="stage">What is done: <c>backing up</c>, <c>copying</c>, <c>restoring</c>, <c>verifying</c>.</param>
    /// <param name="bytesTotal">Bytes to go through; 0 when not known.</param>
    void Begin(string machine, string stage, long bytesTotal);

    /// <summary>Work on a disk of that machine begins.</summary>
    /// <param name="disk">The disk's identity.</param>
    void BeginDisk(string disk);

    /// <summary>Some of it is done.</summary>
    /// <param name="bytesDone">Bytes gone through since the last call.</param>
    void Advance(long bytesDone);
}
