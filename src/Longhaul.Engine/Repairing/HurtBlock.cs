using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Engine.Repairing;

/// <summary>A version of a block that cannot be read, since a frame is damaged that it is stored in or stands upon, or that is
/// read as something else than the tables say.</summary>
/// <param name="Chain">Its own frame first, then what that stands upon, as far as that can be told.</param>
/// <param name="Content">The digest the tables say it has.</param>
/// <param name="Length">Bytes of the block.</param>
/// <param name="Place">Where it is.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record HurtBlock(IReadOnlyList<FrameAddress> Chain, Digest Content, int Length, HurtPlace Place)
{
    /// <summary>Whether its own frame can be read, and holds something else than <see cref="Content"/>.</summary>
    internal bool HasOtherContent { get; init; }
}

/// <summary>Where a block is, and who suffers.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Disk">Identity of the disk.</param>
/// <param name="Block">The block, from 0.</param>
/// <param name="Points">The restore points that have it, oldest first.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record HurtPlace(string Machine, string Disk, long Block, IReadOnlyList<PointId> Points);

/// <summary>The versions of blocks of a backup that cannot be read.</summary>
/// <param name="Blocks">They.</param>
/// <param name="IsDamaged">Whether a frame is to be written anew, since it cannot be read or holds what no table says of it.</param>
/// <param name="IsReplaceable">Whether a frame of their chains can be: its segment can be read.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record FoundHurt(
    IReadOnlyList<HurtBlock> Blocks,
    Func<FrameAddress, bool> IsDamaged,
    Func<FrameAddress, bool> IsReplaceable
);
