using System.Buffers;
using Longhaul.Format.Segments;

namespace Longhaul.Storage.Blocks;

/// <summary>A block as it is going to be stored.</summary>
/// <remarks>Owns its payload until it is handed over or disposed.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class FrameDraft : IDisposable
{
    private byte[]? _rented;

    /// <summary>Takes over a payload.</summary>
    /// <param name="codec">How the payload is to be read.</param>
    /// <param name="rawLength">Length of the block, in bytes.</param>
    /// <param name="rented">An array out of the shared pool; goes back to it.</param>
    /// <param name="storedLength">How many bytes of it are the payload.</param>
    /// <param name="basis">The frame a delta is upon; null for others.</param>
    /// <param name="depth">Frames below it: 0 without a base.</param>
    /// <param name="beginsRun">Whether a run of deltas begins here.</param>
    public FrameDraft(
        FrameCodec codec,
        int rawLength,
        byte[] rented,
        int storedLength,
        FrameAddress? basis,
        int depth,
        bool beginsRun
    )
    {
        Codec = codec;
        RawLength = rawLength;
        _rented = rented;
        StoredLength = storedLength;
        Base = basis;
        Depth = depth;
        BeginsRun = beginsRun;
    }

    /// <summary>How the payload is to be read.</summary>
    public FrameCodec Codec { get; }

    /// <summary>Length of the block, in bytes.</summary>
    public int RawLength { get; }

    /// <summary>Length of the payload, in bytes.</summary>
    public int StoredLength { get; }

    /// <summary>The frame a delta is upon; null for others.</summary>
    public FrameAddress? Base { get; }

    /// <summary>Frames below it.</summary>
    public int Depth { get; }

    /// <summary>Whether a run of deltas begins here.</summary>
    public bool BeginsRun { get; }

    /// <summary>The payload; not to be used after disposal.</summary>
    public ReadOnlyMemory<byte> Payload =>
        (_rented ?? throw new ObjectDisposedException(nameof(FrameDraft))).AsMemory(0, StoredLength);

    /// <summary>Hands the payload over; this one has none from then on.</summary>
    /// <returns>An array out of the shared pool, the caller's; its first <see cref="StoredLength"/> bytes are the payload.</returns>
    internal byte[] TakePayload() =>
        Interlocked.Exchange(ref _rented, null) ?? throw new ObjectDisposedException(nameof(FrameDraft));

    /// <summary>Gives the payload's memory back.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
