using Longhaul.Core;

namespace Longhaul.Format.Segments;

/// <summary>What seals a segment.</summary>
/// <param name="Bytes">To be appended behind the last frame: frame table and footer.</param>
/// <param name="Identity">SHA-256 over the frame table as first sealed; the log names it.</param>
/// <param name="Bases">Segments that hold bases of deltas in this one, each once, ascending, without itself.</param>
public sealed record SealedTable(ReadOnlyMemory<byte> Bytes, Digest Identity, IReadOnlyList<SegmentId> Bases);
