using Longhaul.Core;

namespace Longhaul.Format.Points;

/// <summary>A point file that was written whole.</summary>
/// <param name="Root">Digest over disks and configuration.</param>
/// <param name="Length">The file's length in bytes.</param>
/// <param name="FileHash">SHA-256 of the whole file; the log names it.</param>
/// <param name="Header">The header as it stands in the file.</param>
public sealed record PointFileResult(Digest Root, long Length, Digest FileHash, PointHeader Header);
