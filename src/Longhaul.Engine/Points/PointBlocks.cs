using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Points;

/// <summary>What one point that is being built may reference: what the backup knows, and what the point itself has stored.</summary>
/// <remarks>Until the point is committed, its frames lie in segments that no record lists: they are its own, and go with it
/// when it is given up.</remarks>
/// <param name="known">What the backup knows.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class PointBlocks(KnownBlocks known)
{
    private readonly ConcurrentDictionary<Digest, (int Length, FrameAddress Address)> _own = new();

    /// <inheritdoc cref="KnownBlocks.FindAsync"/>
    internal async ValueTask<FrameAddress?> FindAsync(
        Digest content,
        int length,
        CancellationToken cancellationToken
    ) =>
        TryFindOwn(content, length, out var own)
            ? own
            : await known.FindAsync(content, length, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="KnownBlocks.TryFind"/>
    internal bool TryFind(Digest content, int length, out FrameAddress address) =>
        TryFindOwn(content, length, out address) || known.TryFind(content, length, out address);

    /// <summary>Remembers a frame of the point.</summary>
    /// <param name="content">Digest of the block.</param>
    /// <param name="length">The block's length, in bytes.</param>
    /// <param name="address">The frame.</param>
    internal void Add(Digest content, int length, FrameAddress address)
    {
        if (known.Takes(length, _own.Count))
        {
            _own.TryAdd(content, (length, address));
        }
    }

    /// <summary>The point is committed: others may reference its frames.</summary>
    internal void Commit()
    {
        foreach (var (content, (length, address)) in _own)
        {
            known.Add(content, length, address);
        }

        _own.Clear();
    }

    private bool TryFindOwn(Digest content, int length, out FrameAddress address)
    {
        var isOwn = _own.TryGetValue(content, out var own) && own.Length == length;
        address = own.Address;
        return isOwn;
    }
}
