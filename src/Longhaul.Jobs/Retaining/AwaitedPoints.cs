using Longhaul.Catalog;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Retaining;

/// <summary>Finds the restore points that copy jobs need, which wait for the seeds that were made from them.</summary>
/// <remarks>Kept, they are the baseline by which each machine's first copy after mapping sends changes alone.</remarks>
internal static class AwaitedPoints
{
    /// <summary>Finds them.</summary>
    /// <param name="workplace">The catalog, which has the jobs.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async ValueTask<IReadOnlySet<PointId>> FindAsync(
        Workplace workplace,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return await FindAsync(work, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="FindAsync(Workplace, CancellationToken)"/>
    internal static async ValueTask<IReadOnlySet<PointId>> FindAsync(
        ICatalogWork work,
        CancellationToken cancellationToken
    )
    {
        var jobs = await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        return jobs.SelectMany(job => job.AwaitedSeed?.Points ?? []).ToHashSet();
    }

    /// <summary>Finds those of seeds that are still on their way: of a machine that has left nothing changes any more, and once its
    /// seed is mapped nobody needs what it was made from.</summary>
    /// <param name="work">The catalog, which has the jobs.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async ValueTask<IReadOnlySet<PointId>> FindOnTheirWayAsync(
        ICatalogWork work,
        CancellationToken cancellationToken
    )
    {
        var jobs = await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        return jobs.SelectMany(job => job.AwaitedSeed is { IsMapped: false } seed ? seed.Points : []).ToHashSet();
    }
}
