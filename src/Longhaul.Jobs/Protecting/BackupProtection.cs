using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Protecting;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Protecting;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Protecting;

/// <summary>Keeps the protected points of a backup from being deleted, by the clock and the ledger in this home.</summary>
/// <param name="workplace">The catalog, the home and the repositories.</param>
/// <param name="backup">The backup; stays the caller's.</param>
/// <threadsafety>Terms may be asked for from any thread; the rest one caller at a time.</threadsafety>
public sealed class BackupProtection(Workplace workplace, OpenBackup backup)
{
    private readonly FileProtectedClock _clock = new(
        PathOf(workplace, backup, ".clock"),
        workplace.BootClock,
        workplace.Clock
    );

    private readonly FileProtectionLedger _ledger = new(PathOf(workplace, backup, ".files"));

    /// <summary>What the backup's protected clock shows; the end of time where its protections do not count, since it is a
    /// carried copy.</summary>
    public DateTimeOffset Now =>
        backup.Folder.IsAtHome ? _clock.Peek(backup.Folder.State.ProtectedTime) : DateTimeOffset.MaxValue;

    /// <summary>Sets the clock to the wall clock, where that is ahead: a person says that it is right.</summary>
    /// <exception cref="LonghaulException">store errors: the home cannot be written to.</exception>
    public void TrustWallClock() => _clock.Read(backup.Folder.State.ProtectedTime, isTrusted: true);

    /// <summary>How long a point of a job that is made now is protected.</summary>
    /// <param name="job">The job.</param>
    /// <returns>Null when the job does not protect its points.</returns>
    public Func<ProtectionTerm>? TermsOf(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.ImmutableFor is { } length
            ? () => ProtectionTerm.Of(_clock.Read(backup.Folder.State.ProtectedTime), length)
            : null;
    }

    /// <summary>Of some points those that a run of a job cannot remove: a run begins with protecting those that the job made
    /// before it was told to.</summary>
    /// <param name="points">Points of the backup.</param>
    /// <param name="job">The job.</param>
    public IReadOnlySet<PointId> Immutable(IEnumerable<RestorePoint> points, JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var now = Now;
        return points
            .Where(point =>
                point.IsProtectedAt(now)
                || (job.ImmutableFor is not null && point.Job == job.Id && point.ProtectedUntil is null)
            )
            .Select(point => point.Id)
            .ToHashSet();
    }

    /// <summary>Makes sure that a point may be deleted.</summary>
    /// <param name="point">The point.</param>
    /// <exception cref="LonghaulException">point.protected.</exception>
    public void RequireRemovable(RestorePoint point)
    {
        if (point.IsProtectedAt(Now))
        {
            throw Errors.PointProtected(point.Id, point.ProtectedUntil!.Value);
        }
    }

    /// <summary>Makes sure that nothing of the backup is protected: it may be deleted, or written anew.</summary>
    /// <param name="what">What is to be done with it: <c>deleted</c>, <c>encrypted</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.protected; store errors.</exception>
    public async ValueTask RequireNothingProtectedAsync(string what, CancellationToken cancellationToken)
    {
        var now = Now;
        var points = backup.Folder.State.Points.Where(point => point.IsProtectedAt(now));

        // What came out of another repository is let go by this one's clock, whatever its points say.
        var reading = _clock.Peek(backup.Folder.State.ProtectedTime);
        var files = _ledger.Read().Values.Where(until => until > reading);
        DateTimeOffset? last = points
            .Select(point => point.ProtectedUntil!.Value)
            .Concat(files)
            .Select(until => (DateTimeOffset?)until)
            .Max();
        var isFlagged = await backup
            .Folder.Store.Protection.IsProtectedAsync(BackupNames.Backup, cancellationToken)
            .ConfigureAwait(false);
        if (last is not null || (isFlagged == true && _ledger.IsEmpty))
        {
            throw Errors.BackupProtected(backup.Folder.Name, what, last);
        }
    }

    /// <summary>Protects what should be protected and lifts what is due, on the repository's own side.</summary>
    /// <param name="cancellationToken">Cancels between files; the next call goes on.</param>
    /// <returns>What was done. That another process is at it, or that files cannot be protected, is told as a problem.</returns>
    /// <exception cref="LonghaulException">store and data errors.</exception>
    public async ValueTask<ProtectionReport> SyncAsync(CancellationToken cancellationToken)
    {
        if (
            _ledger.IsEmpty
            && (backup.Folder.State.ProtectedTime is null || !backup.Folder.IsAtHome)
            && !await IsFlaggedAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            return ProtectionReport.None;
        }

        var now = _clock.Read(backup.Folder.State.ProtectedTime);
        using var turn = _ledger.TryLock();
        if (turn is null)
        {
            var names = _ledger.Read().Keys.Concat(ProtectedFiles.Of(backup.Folder.State, now).Keys);
            return ProtectionReport.None with
            {
                Files = names.ToHashSet(StringComparer.Ordinal),
                Problem = Errors.BackupBusy(backup.Folder.Name, "another process, at its protection", null),
            };
        }

        var report = await new FileProtector(backup.Folder, _ledger)
            .RunAsync(now, cancellationToken)
            .ConfigureAwait(false);
        return report.Problem is null
            ? report with
            {
                Problem = await SyncRepositoryAsync(cancellationToken).ConfigureAwait(false),
            }
            : report;
    }

    /// <summary>Whether the folder came with protected files out of another repository, which nobody else lifts.</summary>
    private async ValueTask<bool> IsFlaggedAsync(CancellationToken cancellationToken) =>
        await backup
            .Folder.Store.Protection.IsProtectedAsync(BackupNames.Backup, cancellationToken)
            .ConfigureAwait(false) == true;

    /// <summary>Whoever opens a repository reads its id first: that file is protected as long as any of its backups is.</summary>
    private async ValueTask<LonghaulException?> SyncRepositoryAsync(CancellationToken cancellationToken)
    {
        var repository = await workplace
            .OpenRepositoryAsync(backup.Repository, cancellationToken)
            .ConfigureAwait(false);
        var protection = repository.Store.Protection;
        var folder = Path.GetDirectoryName(PathOf(workplace, backup, ".files"))!;
        try
        {
            _ = Directory.EnumerateFiles(folder, "*.files").Any()
                ? await protection.ProtectAsync(BackupNames.Repository, cancellationToken).ConfigureAwait(false)
                : await protection.UnprotectAsync(BackupNames.Repository, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (LonghaulException error) when (error.Code is "store.protect-unsupported" or "store.access-denied")
        {
            return error;
        }
    }

    private static string PathOf(Workplace workplace, OpenBackup backup, string ending) =>
        Path.Combine(
            workplace.Home.Protection,
            backup.Repository.ToString(),
            backup.Folder.Descriptor.Id.ToString() + ending
        );
}
