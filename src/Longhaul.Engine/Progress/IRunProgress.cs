using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Progress;

/// <summary>Hears how far a run is. Implemented by the host that shows it.</summary>
/// <threadsafety>All members may be called from any thread; they return at once.</threadsafety>
public interface IRunProgress
{
    /// <summary>Names what counts the bytes that cross to and from the target in this run.</summary>
    /// <param name="line">The counter.</param>
    void CountBy(TransferCounter line);

    /// <summary>Work on a machine begins; several may be under way at a time.</summary>
    /// <param name="machine">The machine's name.</param>
    /// <param name="stage">What is done: <c>backing up</c>, <c>copying</c>, <c>restoring</c>, <c>verifying</c>.</param>
    /// <param name="bytesTotal">Bytes to go through; 0 when not known.</param>
    /// <returns>Is told how far that machine is.</returns>
    IMachineProgress Begin(string machine, string stage, long bytesTotal);
}
