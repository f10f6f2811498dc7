using System.Diagnostics.CodeAnalysis;

namespace Longhaul.Format.Segments;

/// <summary>How a frame's payload is stored. The numbers stand in files.</summary>
[SuppressMessage("Design", "CA1028", Justification = "One byte in every frame header.")]
[SuppressMessage("Design", "CA1008", Justification = "Zeros are never a valid frame.")]
public enum FrameCodec : byte
{
    /// <summary>The block as it is.</summary>
    Raw = 1,

    /// <summary>One zstd frame.</summary>
    Zstd = 2,

    /// <summary>One zstd frame that has another frame's block as prefix.</summary>
    ZstdDelta = 3,
}
