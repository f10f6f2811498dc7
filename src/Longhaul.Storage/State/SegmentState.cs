namespace Longhaul.Storage.State;

/// <summary>A segment as the log lists it.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SegmentState
{
    /// <summary>The segment's own id.</summary>
    public required SegmentId Id { get; init; }

    /// <summary>The generation that is read, from 1; each time it was written again without dead frames it grew.</summary>
    public required int Generation { get; init; }

    /// <summary>Length of its file, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Frames in it as first sealed.</summary>
    public required int Frames { get; init; }

    /// <summary>SHA-256 over its frame table as first sealed.</summary>
    public required Core.Digest Identity { get; init; }

    /// <summary>The machine whose commit listed it.</summary>
    public required MachineId Machine { get; init; }

    /// <summary>Sequence number of the point whose commit listed it: the birth of all its frames.</summary>
    public required long Born { get; init; }

    /// <summary>Other segments that hold bases of its deltas.</summary>
    public required IReadOnlyList<SegmentId> Bases { get; init; }

    /// <summary>Generation of the list key its payloads are sealed under; 0 for a plain segment.</summary>
    public int KeyGeneration { get; init; }

    /// <summary>Frames that no visible point reaches and no live delta needs.</summary>
    public FrameSet Condemned { get; init; } = FrameSet.Empty;

    /// <summary>Frames that no visible point reaches, but a live delta needs.</summary>
    public FrameSet Held { get; init; } = FrameSet.Empty;

    /// <summary>Frames referenced from a second place.</summary>
    public FrameSet Shared { get; init; } = FrameSet.Empty;

    /// <summary>Bytes of condemned frames that are in the file of this generation; 0 also when nobody has counted them.</summary>
    public long DeadBytes { get; init; }

    /// <summary>The greatest generation whose file was condemned by name; 0 for none. A name is never listed again after
    /// that: whoever deletes by name may be late.</summary>
    public int SpentGeneration { get; init; }

    /// <summary>Number of the record from which on no frame of it was needed; 0 while one is.</summary>
    public long DeadSince { get; init; }

    /// <summary>Whether every frame is condemned: the file may go after the reclaim delay.</summary>
    public bool IsDead => Condemned.Count == Frames;
}
