namespace Longhaul.Storage.Stores;

/// <summary>Adds up what crosses between a job and its target.</summary>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class TransferCounter
{
    private readonly AsyncLocal<TransferCounter?> _share = new();
    private long _sent;
    private long _received;

    /// <summary>Bytes that went to the store.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes that came from the store.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Bytes in both directions: <c>bytesTransferred</c>.</summary>
    public long Total => Sent + Received;

    /// <summary>Counts bytes that go to the store.</summary>
    /// <param name="bytes">0 or more.</param>
    public void AddSent(long bytes)
    {
        Interlocked.Add(ref _sent, bytes);
        _share.Value?.AddSent(bytes);
    }

    /// <summary>Counts bytes that came from the store.</summary>
    /// <param name="bytes">0 or more.</param>
    public void AddReceived(long bytes)
    {
        Interlocked.Add(ref _received, bytes);
        _share.Value?.AddReceived(bytes);
    }

    /// <summary>Begins to count besides, apart from others, what the calling method and all it awaits or starts cause.</summary>
    /// <returns>Counts from 0, until the calling asynchronous method returns.</returns>
    public TransferCounter BeginShare() => _share.Value = new TransferCounter();
}
