using Longhaul.Core.Backups;
using Longhaul.Core.Retention;

namespace Longhaul.Jobs.Retaining;

/// <summary>A machine that has left its job.</summary>
/// <param name="Chain">The machine, by the id the backup knows it under, and its points.</param>
/// <param name="Departure">What is known of its leaving.</param>
/// <param name="Awaited">Points that a copy job needs, which waits for the seed that was made from them.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record DepartedMachine(MachineChain Chain, Departure Departure, IReadOnlySet<PointId> Awaited);
