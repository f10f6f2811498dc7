namespace Longhaul.Format.Checkpoints;

/// <summary>A checkpoint as its reader can see it.</summary>
/// <param name="Content">What it says; without digests where the reader has no key to them.</param>
/// <param name="KeyGeneration">Generation of the list key that it is sealed under, and its segments with it; 0 for a plain
/// one.</param>
public sealed record DecodedCheckpoint(Checkpoint Content, int KeyGeneration);
