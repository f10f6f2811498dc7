namespace Longhaul.Engine.Converting;

/// <summary>What a conversion changed.</summary>
/// <param name="Machines">The machines whose chains were changed, by id; empty when all were forward incremental before.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ConvertReport(IReadOnlyList<ConvertedMachine> Machines);

/// <summary>A chain that was converted.</summary>
/// <param name="Id">The id the backup knows the machine under.</param>
/// <param name="Name">The machine's name.</param>
/// <param name="PointsChanged">Restore points that have another kind or parent now.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ConvertedMachine(MachineId Id, string Name, int PointsChanged);
