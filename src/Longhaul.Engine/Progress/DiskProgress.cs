namespace Longhaul.Engine.Progress;

/// <summary>Turns positions on a disk into bytes done.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DiskProgress
{
    private readonly IMachineProgress? _progress;
    private readonly string _disk;
    private readonly long _size;
    private long _at;

    /// <summary>Begins a disk.</summary>
    /// <param name="progress">Who wants to know; null for nobody.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="size">Bytes to go through.</param>
    internal DiskProgress(IMachineProgress? progress, string disk, long size)
    {
        (_progress, _disk, _size) = (progress, disk, size);
        progress?.BeginDisk(disk);
    }

    /// <summary>Everything up to a position is done.</summary>
    /// <param name="position">Bytes from the disk's start; past its end counts as its end.</param>
    internal void ReachedBlock(long position)
    {
        position = Math.Min(position, _size);
        if (position > _at)
        {
            _progress?.Advance(position - _at);
            _at = position;
        }
    }

    /// <summary>The disk is done.</summary>
    internal void End()
    {
        ReachedBlock(_size);
        _progress?.EndDisk(_disk);
    }
}
