using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Runs;

/// <summary>Where a copy job's first run goes that is carried to the target: no repository of the catalog.</summary>
/// <param name="Repository">The place.</param>
/// <param name="PlannedAsync">Is told what will be copied before anything is.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record CarriedTarget(
    OpenRepository Repository,
    Func<CopyJobPlan, CancellationToken, ValueTask> PlannedAsync
);
