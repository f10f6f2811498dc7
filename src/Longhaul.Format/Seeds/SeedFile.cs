using Longhaul.Core;

namespace Longhaul.Format.Seeds;

/// <summary>One file of a carried seed.</summary>
/// <param name="Name">Its name, from the backup folder down; one that the format gives.</param>
/// <param name="Part">The part it travels in, from 1.</param>
/// <param name="Length">Its bytes, at least 1; of a segment those of the generation that was carried.</param>
/// <param name="Digest">SHA-256 of the whole file, which never changes; of a segment its identity: SHA-256 over its frame table as
/// first sealed, which has the checksum of every frame and outlives a compaction.</param>
/// <param name="Frames">Frames of a segment as first sealed; null for any other file.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedFile(string Name, int Part, long Length, Digest Digest, int? Frames)
{
    /// <summary>Whether it is a segment.</summary>
    public bool IsSegment => Frames is not null;
}
