namespace Longhaul.Engine.Progress;

/// <summary>Turns positions on disks into bytes done.</summary>
/// <param name="progress">Who wants to know; null for nobody.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class MachineProgress(IMachineProgress? progress)
{
    private long _size;
    private long _at;

    /// <summary>Ends the disk before and begins the next.</summary>
    /// <param name="disk">The disk's identity.</param>
    /// <param name="size">Bytes to go through.</param>
    internal void BeginDisk(string disk, long size)
    {
        ReachedBlock(_size);
        (_size, _at) = (size, 0);
        progress?.BeginDisk(disk);
    }

    /// <summary>Everything up to a position is done.</summary>
    /// <param name="position">Bytes from the disk's start; past its end counts as its end.</param>
    internal void ReachedBlock(long position)
    {
        position = Math.Min(position, _size);
        if (position > _at)
        {
            progress?.Advance(position - _at);
            _at = position;
        }
    }
}
