using Longhaul.Core.Fulls;
using Longhaul.Engine.Progress;

namespace Longhaul.Jobs.Runs;

/// <summary>What one run of a job is told.</summary>
/// <param name="Fulls">About fulls.</param>
/// <param name="Progress">Hears how far the run is; null for nobody.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RunOptions(FullRequest Fulls, IRunProgress? Progress = null);
