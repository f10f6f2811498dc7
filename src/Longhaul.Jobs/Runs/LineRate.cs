using Longhaul.Catalog.Sessions;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Runs;

/// <summary>How fast a job's line is, as its last runs tell.</summary>
/// <param name="workplace">The catalog.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class LineRate(Workplace workplace)
{
    /// <summary>Bytes a run must have transferred to tell anything: less is all waiting, no sending.</summary>
    public const long LeastBytes = 1 << 20;

    private const int Sessions = 50;

    /// <summary>Finds the rate.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes a second of the newest run that transferred enough, at most the job's limit; the limit when there is
    /// no such run; null when there is neither.</returns>
    public async ValueTask<long?> FindAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var sessions = await work.Sessions.ListAsync(job.Id, Sessions, cancellationToken).ConfigureAwait(false);
        var measured = sessions.Select(RateOf).LastOrDefault(rate => rate is not null);
        return (measured, job.RateLimitBytesPerSecond) switch
        {
            ({ } rate, { } limit) => Math.Min(rate, limit),
            var (rate, limit) => rate ?? limit,
        };
    }

    private static long? RateOf(SessionRecord session)
    {
        var seconds = (session.EndedAt - session.StartedAt)?.TotalSeconds ?? 0;
        return seconds > 0 && session.BytesTransferred >= LeastBytes
            ? Math.Max(1, (long)(session.BytesTransferred / seconds))
            : null;
    }
}
