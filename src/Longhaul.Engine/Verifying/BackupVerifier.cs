using Longhaul.Core;
using Longhaul.Core.Verifying;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>Checks that every restore point of a backup can be read.</summary>
/// <remarks>
/// <para>Always: the log and its hash chain, the rules of the chains, every table a visible point is read through (size,
/// SHA-256, every page), every segment's file and frame table, and that every frame a point needs, directly or below a
/// delta, is listed, alive and there. With data: every such frame's checksum, and the digest of every version of every
/// block.</para>
/// <para>It does not stop at damage but collects it, and says which points suffer. What was removed while it was being
/// read is no damage. Nothing is believed that was read before: caches are its own.</para>
/// </remarks>
/// <param name="backup">The backup; stays the caller's.</param>
/// <param name="progress">Hears how far it is; null for nobody.</param>
/// <threadsafety>One verification at a time.</threadsafety>
public sealed class BackupVerifier(OpenBackup backup, IRunProgress? progress)
{
    /// <summary>Damage that is listed one by one.</summary>
    public const int DamageLimit = 1000;

    /// <summary>Reads every file and compares checksums; needs no password.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; of a damaged frame the points that may suffer. Damage is no error.</returns>
    /// <exception cref="LonghaulException">store.*</exception>
    public ValueTask<VerifyReport> ScrubAsync(CancellationToken cancellationToken) =>
        ScrubSampleAsync(AllOf, cancellationToken);

    /// <summary>Reads the log, the tables and some of the segments, and compares checksums; needs no password.</summary>
    /// <param name="choose">Which of the segments there are.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <inheritdoc cref="ScrubAsync" path="/returns|/exception"/>
    public ValueTask<VerifyReport> ScrubSampleAsync(
        Func<IReadOnlyList<StoredSegment>, IReadOnlySet<SegmentId>> choose,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(choose);
        return new FileScrub(backup.Folder, progress).RunAsync(choose, cancellationToken);
    }

    /// <summary>Verifies.</summary>
    /// <param name="data">Whether blocks are read and compared too.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; damage is no error.</returns>
    /// <exception cref="LonghaulException">store.*; data.damaged when a table changes while it is being verified.</exception>
    public async ValueTask<VerifyReport> VerifyAsync(bool data, CancellationToken cancellationToken)
    {
        using var run = new VerifyRun(backup.Folder, progress);
        await run.CheckStructureAsync(cancellationToken).ConfigureAwait(false);
        if (data)
        {
            await run.CheckDataAsync(AllOf, cancellationToken).ConfigureAwait(false);
        }

        return await run.ReportAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies the structure, and the data of some of the segments: every version of a block that is stored in one of
    /// them is compared with its digest, whatever else it stands upon.</summary>
    /// <param name="choose">Which of the segments there are.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; damage is no error.</returns>
    /// <exception cref="LonghaulException">As <see cref="VerifyAsync"/>.</exception>
    public async ValueTask<VerifyReport> VerifySampleAsync(
        Func<IReadOnlyList<StoredSegment>, IReadOnlySet<SegmentId>> choose,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(choose);
        using var run = new VerifyRun(backup.Folder, progress);
        await run.CheckStructureAsync(cancellationToken).ConfigureAwait(false);
        await run.CheckDataAsync(choose, cancellationToken).ConfigureAwait(false);
        return await run.ReportAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies after a scrub at the far side, which has read the stored bytes there: only where it found damage are the
    /// tables read here, to find out who suffers.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was found; damage is no error.</returns>
    /// <exception cref="InvalidOperationException">The backup has no far side.</exception>
    /// <exception cref="LonghaulException">As <see cref="VerifyAsync"/>.</exception>
    public async ValueTask<VerifyReport> VerifyAtFarSideAsync(CancellationToken cancellationToken)
    {
        var far = backup.Far ?? throw new InvalidOperationException("The backup lies on this side.");
        var found = await far.ScrubAsync(backup.Folder.Name, progress, cancellationToken).ConfigureAwait(false);
        if (found.IsSound)
        {
            var all = AllOf(SegmentsOf(backup.Folder.State));
            return new VerifyReport
            {
                PointsChecked = found.Points,
                BlocksChecked = found.Frames,
                BytesRead = found.Bytes,
                Verified = all,
                Chosen = all,
            };
        }

        using var run = new VerifyRun(backup.Folder, progress);
        await run.CheckStructureAsync(cancellationToken).ConfigureAwait(false);
        run.TakeOver(found.Broken);
        return await run.ReportAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The segments of a backup that hold anything a restore point may need.</summary>
    /// <param name="state">What its log says.</param>
    public static IReadOnlyList<StoredSegment> SegmentsOf(BackupState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return
        [
            .. state
                .Segments.Values.Where(segment => !segment.IsDead)
                .Select(segment => new StoredSegment(segment.Id, segment.Size - segment.DeadBytes)),
        ];
    }

    private static IReadOnlySet<SegmentId> AllOf(IReadOnlyList<StoredSegment> segments) =>
        segments.Select(segment => segment.Id).ToHashSet();
}
