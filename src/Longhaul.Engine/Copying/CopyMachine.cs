using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Engine.Backups;

namespace Longhaul.Engine.Copying;

/// <summary>One machine that a copy run is going to copy.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Target">The id it has, or will have, at the target.</param>
/// <param name="Source">The backup the point lies in; stays the caller's.</param>
/// <param name="Point">The restore point to copy.</param>
/// <param name="Full">As what the point is to be made at the target.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CopyMachine(
    string Name,
    MachineId Target,
    OpenBackup Source,
    RestorePoint Point,
    FullDecision Full
);
