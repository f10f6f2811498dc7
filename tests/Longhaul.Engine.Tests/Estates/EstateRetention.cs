using Longhaul.Core.Jobs;
using Longhaul.Core.Protecting;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Retaining;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>What a job's retention does after each run of an estate.</summary>
internal static class EstateRetention
{
    internal static async Task RunAsync(
        OpenBackup target,
        JobDefinition job,
        MachineId machine,
        DateTimeOffset now = default
    )
    {
        var remover = new PointRemover(target.Folder, target.Tables, target.Frames.Tables);
        await remover.RemoveAsync(
            state =>
            {
                var points = state.Machines[machine].Points;
                var immutable = points.Where(point => point.IsProtectedAt(now)).Select(point => point.Id).ToHashSet();
                return [RetentionPlanner.Plan(points, RetentionPolicy.Of(job), immutable).Edit];
            },
            "merge",
            session: null,
            CancellationToken.None
        );
    }
}
