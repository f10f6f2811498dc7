using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Runs;

/// <summary>Runs a job once, and keeps the record of it.</summary>
/// <remarks>A machine that fails does not stop the others; the session is then failed, and its record says why. An error
/// that concerns the whole job is thrown, after it was recorded.</remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One run at a time per object.</threadsafety>
public sealed class JobRunner(Workplace workplace)
{
    /// <summary>Runs a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="options">What the run is told.</param>
    /// <param name="cancellationToken">Cancels the run; everything committed stays, and the next run goes on.</param>
    /// <returns>The session, ended.</returns>
    /// <exception cref="LonghaulException">job.disabled, job.backup-owned, backup.busy, backup.rolled-back, backup.forked,
    /// store errors: nothing of the job could be done.</exception>
    public async Task<SessionRecord> RunAsync(
        JobDefinition job,
        RunOptions options,
        CancellationToken cancellationToken
    )
    {
        if (!job.Enabled)
        {
            throw Errors.JobDisabled(job.Name);
        }

        var session = SessionId.New();
        var wire = new Wire(
            job.RateLimitBytesPerSecond is { } rate ? new SendRate(rate, workplace.Clock) : null,
            job.IsCopy ? workplace.Tables : null
        );
        options.Progress?.CountBy(wire.Counter);
        var book = new SessionBook(workplace, job, session, wire.Counter);
        await book.BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return job.IsCopy
                ? await new CopyJobRun(workplace, job, session, wire, book)
                    .RunAsync(options, cancellationToken)
                    .ConfigureAwait(false)
                : await new BackupJobRun(workplace, job, session, wire, book)
                    .RunAsync(options, cancellationToken)
                    .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await book.AbortAsync(SessionState.Cancelled, "cancelled").ConfigureAwait(false);
            throw;
        }
        catch (Exception error)
        {
            var code = (error as LonghaulException)?.Code ?? "internal.error";
            await book.AbortAsync(SessionState.Failed, $"{code}: {error.Message}").ConfigureAwait(false);
            throw;
        }
    }
}
