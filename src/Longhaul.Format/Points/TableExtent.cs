namespace Longhaul.Format.Points;

/// <summary>Where a page or node stands: one column, or two next to each other.</summary>
/// <param name="Offset">First byte of the first column, in the file.</param>
/// <param name="Length">Bytes of the first column as stored.</param>
/// <param name="Checksum">XXH3-64 of the first column as stored.</param>
/// <param name="SecondLength">Bytes of the second column as stored; 0 for a node.</param>
/// <param name="SecondChecksum">XXH3-64 of the second column as stored; 0 for a node.</param>
internal readonly record struct TableExtent(
    long Offset,
    int Length,
    ulong Checksum,
    int SecondLength,
    ulong SecondChecksum
)
{
    /// <summary>Where it ends.</summary>
    public long End => Offset + Length + SecondLength;

    /// <summary>The extent as a header holds it.</summary>
    public Extent ToMessage() =>
        new()
        {
            Offset = (ulong)Offset,
            Length = (uint)Length,
            Checksum = Checksum,
            SecondLength = (uint)SecondLength,
            SecondChecksum = SecondChecksum,
        };

    /// <summary>The extent out of a header that was checked.</summary>
    /// <param name="message">What the header holds.</param>
    public static TableExtent Of(Extent message) =>
        new(
            (long)message.Offset,
            (int)message.Length,
            message.Checksum,
            (int)message.SecondLength,
            message.SecondChecksum
        );
}
