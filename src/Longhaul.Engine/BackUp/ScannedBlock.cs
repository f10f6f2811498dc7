using System.Buffers;
using Longhaul.Format.Points;

namespace Longhaul.Engine.BackUp;

/// <summary>One block as it was read from a disk.</summary>
/// <remarks>Owns its content until it is disposed.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class ScannedBlock : IDisposable
{
    private byte[]? _rented;

    internal ScannedBlock(long index, BlockVersion old, bool isComparable, byte[]? rented, int length)
    {
        Index = index;
        Old = old;
        IsComparable = isComparable;
        _rented = rented;
        Length = length;
    }

    /// <summary>The block's index in its disk.</summary>
    internal long Index { get; }

    /// <summary>What the block was in the newest point.</summary>
    internal BlockVersion Old { get; }

    /// <summary>False when the old version has another length, so that equal digests do not mean the same frame.</summary>
    internal bool IsComparable { get; }

    /// <summary>The block's length, in bytes.</summary>
    internal int Length { get; }

    /// <summary>Whether the disk has a hole here: nothing was read.</summary>
    internal bool IsHole => _rented is null;

    /// <summary>The content; empty for a hole.</summary>
    internal ReadOnlyMemory<byte> Content => _rented is null ? default : _rented.AsMemory(0, Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
