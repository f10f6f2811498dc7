using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Core.Verifying;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;

namespace Longhaul.Jobs.Backups;

/// <summary>Remembers which segments of a backup were verified, and when.</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="clock">For when.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class VerificationBook(ICatalog catalog, TimeProvider clock)
{
    /// <summary>What is known of a backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask<SegmentChecks> ReadAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var work = await catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return await work
            .Verifications.GetAsync(backup.Folder.Instance, backup.Repository, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Remembers what a verification read and found good.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="report">What was found.</param>
    /// <param name="byContent">Whether blocks were compared with their digests; else checksums alone.</param>
    /// <param name="isSample">Whether it was one of the samples that go round.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is known from here on.</returns>
    public async ValueTask<SegmentChecks> NoteAsync(
        OpenBackup backup,
        VerifyReport report,
        bool byContent,
        bool isSample,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(report);
        var (now, segments) = (clock.GetUtcNow(), BackupVerifier.SegmentsOf(backup.Folder.State));
        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var (instance, repository) = (backup.Folder.Instance, backup.Repository);
        var known = await work.Verifications.GetAsync(instance, repository, cancellationToken).ConfigureAwait(false);
        IReadOnlySet<SegmentId> none = new HashSet<SegmentId>();
        var (read, good) = byContent ? (report.Chosen, report.Verified) : (none, none);
        var after = new SegmentChecks(
            SampleRotation.After(segments, known.Contents, read, good, now, isSample && byContent),
            SampleRotation.After(segments, known.Checksums, report.Chosen, report.Verified, now, isSample && !byContent)
        );
        await work.Verifications.SaveAsync(instance, repository, after, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        return after;
    }
}
