namespace Longhaul.Sources;

/// <summary>A stretch of a disk that may hold data; what lies outside reads as zeros.</summary>
/// <param name="Offset">First byte, from 0.</param>
/// <param name="Length">Bytes, more than 0; ends at the disk's end at the latest.</param>
public readonly record struct DataExtent(long Offset, long Length)
{
    /// <summary>The first byte behind it.</summary>
    public long End => Offset + Length;
}
