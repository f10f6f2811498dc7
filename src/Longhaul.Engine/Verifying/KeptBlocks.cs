using System.Buffers;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Verifying;

/// <summary>The last few versions of one block, so that a delta's base need not be read again.</summary>
/// <remarks>Kept longest are those at which a run of deltas began: the next run stands upon one of them. Memory: at most
/// <see cref="Limit"/> blocks.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class KeptBlocks : IDisposable
{
    /// <summary>Versions kept.</summary>
    internal const int Limit = 4;

    private readonly List<(FrameAddress Frame, bool BeginsRun, byte[] Rented, int Length)> _kept = [];

    /// <summary>Finds a version.</summary>
    /// <param name="frame">Its frame.</param>
    /// <returns>Its content, valid until the next one is kept; null when it is not kept.</returns>
    internal ReadOnlyMemory<byte>? Find(FrameAddress frame)
    {
        foreach (var (address, _, rented, length) in _kept)
        {
            if (address == frame)
            {
                return rented.AsMemory(0, length);
            }
        }

        return null;
    }

    /// <summary>Keeps a version.</summary>
    /// <param name="frame">Its frame.</param>
    /// <param name="beginsRun">Whether a run of deltas begins there.</param>
    /// <param name="rented">An array out of the shared pool; taken over.</param>
    /// <param name="length">How many bytes of it are the block.</param>
    internal void Keep(FrameAddress frame, bool beginsRun, byte[] rented, int length)
    {
        if (_kept.Count == Limit)
        {
            // Never the newest: the next delta most likely stands upon it.
            var going = Math.Max(0, _kept.FindIndex(0, Limit - 1, block => !block.BeginsRun));
            ArrayPool<byte>.Shared.Return(_kept[going].Rented);
            _kept.RemoveAt(going);
        }

        _kept.Add((frame, beginsRun, rented, length));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var block in _kept)
        {
            ArrayPool<byte>.Shared.Return(block.Rented);
        }

        _kept.Clear();
    }
}
