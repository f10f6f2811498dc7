namespace Longhaul.Format.Seeds;

/// <summary>A machine in a carried seed; for people.</summary>
/// <param name="Id">The id the seed knows it under.</param>
/// <param name="Name">Its name; null when the seed is encrypted.</param>
/// <param name="Points">Its restore points, oldest first.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedMachine(MachineId Id, string? Name, IReadOnlyList<SeedPoint> Points)
{
    /// <summary>The name; the id where the name is sealed.</summary>
    public string DisplayName => Name ?? Id.ToString();
}

/// <summary>A restore point in a carried seed; for people.</summary>
/// <param name="Id">The point.</param>
/// <param name="CreatedAt">When its source was frozen, UTC.</param>
/// <param name="SourcePoint">The point it is a copy of; null when none is known.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeedPoint(PointId Id, DateTimeOffset CreatedAt, PointId? SourcePoint);
