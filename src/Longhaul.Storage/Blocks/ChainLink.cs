using Longhaul.Format.Segments;

namespace Longhaul.Storage.Blocks;

/// <summary>One frame of a chain of deltas.</summary>
/// <param name="Address">Where the log knows it.</param>
/// <param name="Frame">Where it lies and how it is stored.</param>
/// <param name="Generation">The generation of the segment it lies there in, from 1: its place is another in the next.</param>
public sealed record ChainLink(FrameAddress Address, FrameInfo Frame, int Generation);
