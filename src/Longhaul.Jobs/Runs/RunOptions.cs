using Longhaul.Core.Fulls;
using Longhaul.Engine.Progress;

namespace Longhaul.Jobs.Runs;

/// <summary>What one run of a job is told.</summary>
/// <param name="Fulls">About fulls.</param>
/// <param name="Progress">Hears how far the run is; null for nobody.</param>
/// <param name="TrustClock">Whether a person says that the wall clock is right, so that protections end by it.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RunOptions(FullRequest Fulls, IRunProgress? Progress = null, bool TrustClock = false);
