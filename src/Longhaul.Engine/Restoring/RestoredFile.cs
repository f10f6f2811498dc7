namespace Longhaul.Engine.Restoring;

/// <summary>A disk that was restored.</summary>
/// <param name="Disk">The disk's identity.</param>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="SizeBytes">Size of the disk.</param>
public sealed record RestoredFile(string Disk, string Path, long SizeBytes);

/// <summary>What a restore made.</summary>
/// <param name="Point">The restore point.</param>
/// <param name="Files">The disks, in the machine's order.</param>
/// <param name="BytesRead">Stored bytes read from the repository.</param>
public sealed record RestoreResult(PointId Point, IReadOnlyList<RestoredFile> Files, long BytesRead);
