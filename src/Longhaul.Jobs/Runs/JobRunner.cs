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
    public Task<SessionRecord> RunAsync(JobDefinition job, RunOptions options, CancellationToken cancellationToken) =>
        RunAsync(job, options, carried: null, cancellationToken);

    /// <summary>Runs a job, or a copy job's first run to a place from which it is carried.</summary>
    /// <param name="job">The job.</param>
    /// <param name="options">What the run is told.</param>
    /// <param name="carried">Where a seed is made; null for the job's own repository.</param>
    /// <param name="cancellationToken">Cancels the run; everything committed stays, and the next run goes on.</param>
    /// <returns>The session, ended.</returns>
    internal async Task<SessionRecord> RunAsync(
        JobDefinition job,
        RunOptions options,
        CarriedTarget? carried,
        CancellationToken cancellationToken
    )
    {
        if (!job.Enabled)
        {
            throw Errors.JobDisabled(job.Name);
        }

        var session = SessionId.New();
        var wire = new Wire(
            carried is null && job.RateLimitBytesPerSecond is { } rate ? new SendRate(rate, workplace.Clock) : null,
            carried is null && job.IsCopy ? workplace.Tables : null
        );
        options.Progress?.CountBy(wire.Counter);
        // What goes to a disk beside the machine crosses no line.
        var book = new SessionBook(workplace, job, session, carried is null ? wire.Counter : new TransferCounter());
        await book.BeginAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return job.IsCopy
                ? await new CopyJobRun(workplace, job, session, wire, book, carried)
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
