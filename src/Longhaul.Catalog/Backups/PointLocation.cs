namespace Longhaul.Catalog.Backups;

/// <summary>Where a restore point is listed.</summary>
/// <param name="Point">The point.</param>
/// <param name="Repository">The repository of its backup.</param>
/// <param name="Folder">The backup's folder.</param>
/// <param name="Machine">The machine, by the id the backup knows it under.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointLocation(PointId Point, RepositoryId Repository, string Folder, MachineId Machine);
