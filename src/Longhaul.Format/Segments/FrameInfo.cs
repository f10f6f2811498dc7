namespace Longhaul.Format.Segments;

/// <summary>What is known of a frame without reading its payload.</summary>
/// <param name="Number">Its number in the segment, for ever; ascending, with gaps after a compaction.</param>
/// <param name="Offset">Where its header begins in this generation of the file, in bytes.</param>
/// <param name="Codec">How the payload is stored.</param>
/// <param name="StoredLength">Bytes of the payload as stored, from 1.</param>
/// <param name="RawLength">Bytes of the block, 1 to 4 MiB.</param>
/// <param name="Checksum">XXH3-64 over header and payload as stored; never 0.</param>
/// <param name="Base">The frame this one is a delta against; null when it is none.</param>
/// <param name="Depth">Deltas to follow down to a whole frame: 0 without base, else 1 to <see cref="FrameHeader.MaxDepth"/>.</param>
/// <param name="BeginsRun">Whether the present run of deltas of that block began here.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FrameInfo(
    int Number,
    long Offset,
    FrameCodec Codec,
    int StoredLength,
    int RawLength,
    ulong Checksum,
    FrameAddress? Base,
    int Depth,
    bool BeginsRun
)
{
    /// <summary>Bytes of the frame's header.</summary>
    public int HeaderLength => FrameHeader.SizeOf(Codec);

    /// <summary>Where the payload begins, in bytes.</summary>
    public long PayloadOffset => Offset + HeaderLength;

    /// <summary>Where the frame ends, in bytes: the next one's header may begin there.</summary>
    public long EndOffset => PayloadOffset + StoredLength;

    /// <summary>Bytes of header and payload together.</summary>
    public int TotalLength => HeaderLength + StoredLength;
}
