using Longhaul.Format.Segments;

namespace Longhaul.Engine.Verifying;

/// <summary>What a scrub at the far side found. It is the far side's word.</summary>
/// <param name="IsSound">Whether nothing at all is damaged: neither frames nor tables, records or key lists.</param>
/// <param name="Points">Restore points looked at.</param>
/// <param name="Frames">Frames read.</param>
/// <param name="Bytes">Bytes read there.</param>
/// <param name="Broken">Frames whose checksums do not match.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FarScrubReport(
    bool IsSound,
    int Points,
    long Frames,
    long Bytes,
    IReadOnlyList<FrameAddress> Broken
);
