using Longhaul.Engine.Progress;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>Hears how far a scrub is, for the peer.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class ScrubProgress : IRunProgress, IMachineProgress
{
    private long _total;
    private long _done;

    /// <summary>How far it is now.</summary>
    internal ScrubReply Reply =>
        new() { BytesDone = Interlocked.Read(ref _done), BytesTotal = Interlocked.Read(ref _total) };

    /// <inheritdoc/>
    public void CountBy(TransferCounter line) { }

    /// <inheritdoc/>
    public IMachineProgress Begin(string machine, string stage, long bytesTotal)
    {
        Interlocked.Add(ref _total, bytesTotal);
        return this;
    }

    /// <inheritdoc/>
    public void BeginDisk(string disk) { }

    /// <inheritdoc/>
    public void EndDisk(string disk) { }

    /// <inheritdoc/>
    public void Advance(long bytesDone) => Interlocked.Add(ref _done, bytesDone);
}
