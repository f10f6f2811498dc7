using System.Buffers;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Encoding;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Repairing;

/// <summary>Mends the damaged blocks of a backup with what others still have.</summary>
/// <remarks>
/// <para>All data is verified first. A damaged frame is written anew, whole, in the next generation of its segment, with the
/// content that its digest names, from any other backup or from elsewhere in this one. One record lists the new generations
/// and marks the restore points that stay damaged as incomplete; until then the backup is what it was.</para>
/// <para>Source: docs/format.md, section "Repair"; docs/decisions/0017-mended-frames-keep-their-address.md.</para>
/// </remarks>
/// <param name="backup">The backup; not locked; stays the caller's, who keeps other writers off by a lease.</param>
/// <param name="sources">Backups that may have what is damaged; not locked.</param>
/// <param name="level">How hard to compress.</param>
/// <param name="progress">Hears how far it is; null for nobody.</param>
/// <threadsafety>One repair at a time.</threadsafety>
public sealed class BackupRepairer(
    OpenBackup backup,
    IReadOnlyList<OpenBackup> sources,
    CompressionLevel level,
    IRunProgress? progress
)
{
    /// <summary>How often it begins anew, when others write the same segments again, or a source turns out to be damaged.</summary>
    private const int Rounds = 5;

    private readonly BackupFolder _folder = backup.Folder;
    private readonly ContentSources _contents = new([backup, .. sources], backup.Folder.Descriptor.BlockSize);
    private readonly HashSet<FrameAddress> _looseBases = [];
    private readonly HashSet<SegmentId> _segments = [];
    private readonly HashSet<PointId> _marked = [];
    private readonly HashSet<PointId> _whole = [];
    private int _mended;
    private long _written;

    /// <summary>Finds what is damaged, and mends it.</summary>
    /// <param name="isDryRun">Whether nothing is to be written: what would be mended is told.</param>
    /// <param name="cancellationToken">Cancels the call; what was listed by then stays mended.</param>
    /// <returns>What was done. Damage that remains is no error.</returns>
    /// <exception cref="LonghaulException">backup.locked; store errors; data.damaged when a table changes while it is read.</exception>
    public async ValueTask<RepairReport> RepairAsync(bool isDryRun, CancellationToken cancellationToken)
    {
        long? found = null;
        for (var round = 1; ; round++)
        {
            var damage = await FindAsync(cancellationToken).ConfigureAwait(false);
            found ??= damage.Count;
            if (isDryRun)
            {
                var mended = damage.Plan.Mended.Count;
                return Report(found.Value, mended, damage, Points(_folder.State, damage));
            }

            var written = await WriteAsync(damage.Plan, cancellationToken).ConfigureAwait(false);
            var (isDone, points) = await CommitAsync(damage, written, cancellationToken).ConfigureAwait(false);
            if (isDone)
            {
                await ReleaseAsync(cancellationToken).ConfigureAwait(false);
                return Report(found.Value, _mended, damage, points);
            }

            if (round == Rounds)
            {
                throw Errors.BackupChanged(
                    _folder.Name,
                    "its segments were written again each time they were to be mended"
                );
            }
        }
    }

    /// <summary>Verifies everything, and plans.</summary>
    private async ValueTask<FoundDamage> FindAsync(CancellationToken cancellationToken)
    {
        using var run = new VerifyRun(_folder, progress);
        await run.CheckStructureAsync(cancellationToken).ConfigureAwait(false);
        await run.CheckDataAsync(segments => segments.Select(segment => segment.Id).ToHashSet(), cancellationToken)
            .ConfigureAwait(false);
        var found = await run.FindHurtAsync(cancellationToken).ConfigureAwait(false);
        var hurt = found.Blocks;

        // What cannot be read as one thing, and can as another, is a source of that.
        var broken = hurt.Where(block => !block.HasOtherContent || found.IsDamaged(block.Chain[0]))
            .Select(block => block.Chain[0])
            .ToHashSet();
        if (hurt.Count > 0)
        {
            await _contents
                .LoadAsync(
                    hurt.Select(block => block.Content).ToHashSet(),
                    (owner, frame) => ReferenceEquals(owner, backup) && broken.Contains(frame),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        RepairPlan plan;
        do
        {
            plan = RepairPlanner.Plan(hurt, found.IsDamaged, found.IsReplaceable, _contents.Has);
        } while (!await IsProvedAsync(plan, cancellationToken).ConfigureAwait(false));

        return FoundDamage.Of(plan, hurt.Count, run.Structural, _folder.State, _contents.Has);
    }

    /// <summary>Whether all that is planned can be had: a source's table may name what it cannot give. What it cannot is not
    /// looked for there again, so another plan is another one.</summary>
    private async ValueTask<bool> IsProvedAsync(RepairPlan plan, CancellationToken cancellationToken)
    {
        var isProved = true;
        foreach (var block in plan.Mended.Values)
        {
            isProved &= await _contents
                .ProveAsync(block.Content, block.Length, cancellationToken)
                .ConfigureAwait(false);
        }

        return isProved;
    }

    /// <summary>Writes the next generation of each segment in which something is mended.</summary>
    private async ValueTask<List<RewrittenSegment>> WriteAsync(RepairPlan plan, CancellationToken cancellationToken)
    {
        var written = new List<RewrittenSegment>();
        if (plan.Mended.Count == 0)
        {
            return written;
        }

        var bySegment = plan.Mended.GroupBy(pair => pair.Key.Segment).OrderBy(group => group.Key).ToArray();
        var heard = progress?.Begin(
            _folder.Name,
            "mending",
            bySegment.Sum(group => _folder.State.Segments.GetValueOrDefault(group.Key)?.Size ?? 0)
        );
        var files = await StoredFiles.ListAsync(_folder.Store, cancellationToken).ConfigureAwait(false);
        using var encoder = new FrameEncoder(level, maxDepth: 0, isFirst: false);
        foreach (var group in bySegment)
        {
            if (!_folder.State.Segments.TryGetValue(group.Key, out var segment) || segment.IsDead)
            {
                continue;
            }

            var blocks = group.ToDictionary(pair => pair.Key.Number, pair => pair.Value);
            var taken = Math.Max(segment.SpentGeneration, files.NewestGenerationOf(segment.Id));
            var table = await backup.Frames.Tables.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false);
            var again = await new SegmentRewriter(_folder, backup.Frames.Tables)
                .WriteAsync(
                    segment,
                    Math.Max(segment.Generation, taken) + 1,
                    new MendedFrames(
                        blocks.Keys.ToHashSet(),
                        (number, token) => EncodeAsync(encoder, blocks[number], token)
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (again is not null)
            {
                written.Add(again);
                _looseBases.UnionWith(blocks.Keys.Select(number => table.Find(number)?.Base).OfType<FrameAddress>());
            }

            heard?.Advance(segment.Size);
        }

        return written;
    }

    private async ValueTask<FrameDraft?> EncodeAsync(
        FrameEncoder encoder,
        HurtBlock block,
        CancellationToken cancellationToken
    )
    {
        var content = await _contents.ReadAsync(block.Content, block.Length, cancellationToken).ConfigureAwait(false);
        if (content is null)
        {
            return null;
        }

        try
        {
            return await encoder
                .EncodeAsync(
                    content.AsMemory(0, block.Length),
                    basis: null,
                    (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>?>(null),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(content);
        }
    }

    /// <summary>Lists what was written, and marks what stays damaged: one record.</summary>
    /// <returns>Whether all that was planned is done; which points were changed.</returns>
    private async ValueTask<(bool IsDone, MarkedPoints Points)> CommitAsync(
        FoundDamage damage,
        List<RewrittenSegment> written,
        CancellationToken cancellationToken
    )
    {
        var listed = new List<RewrittenSegment>();
        var points = MarkedPoints.None;
        try
        {
            await _folder
                .CommitAsync(
                    state =>
                    {
                        var draft = new RecordDraft("repair");
                        listed = [.. written.Where(again => again.AddTo(draft, state))];
                        points = Points(state, damage);
                        if (!IsDone(damage.Plan, listed))
                        {
                            // Nobody knows yet that what lacked something lacks nothing any more.
                            points = points with
                            {
                                Whole = [],
                            };
                        }

                        foreach (var id in points.Marked.Concat(points.Whole))
                        {
                            var point = state.FindPoint(id)!;
                            draft.Change(point with { IsComplete = !point.IsComplete });
                        }

                        return draft;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "backup.changed")
        {
            // Somebody took one of the new files for a leaving and condemned it: it is written once more.
            return (false, MarkedPoints.None);
        }

        var done = listed.Select(again => again.After.Id).ToHashSet();
        _mended += damage.Plan.Mended.Keys.Count(frame => done.Contains(frame.Segment)) - Failed(damage.Plan, listed);
        _written += listed.Sum(again => again.After.Size);
        _segments.UnionWith(done);
        _marked.UnionWith(points.Marked);
        _marked.ExceptWith(points.Whole);
        _whole.UnionWith(points.Whole);
        return (IsDone(damage.Plan, listed), points with { Marked = [.. _marked], Whole = [.. _whole] });
    }

    private static int Failed(RepairPlan plan, List<RewrittenSegment> listed) =>
        listed
            .SelectMany(again => again.Damaged.Select(number => new FrameAddress(again.After.Id, number)))
            .Count(plan.Mended.ContainsKey);

    private static bool IsDone(RepairPlan plan, List<RewrittenSegment> listed)
    {
        var done = listed.Select(again => again.After.Id).ToHashSet();
        return Failed(plan, listed) == 0 && plan.Mended.Keys.All(frame => done.Contains(frame.Segment));
    }

    /// <summary>Condemns held frames that were needed only below deltas that are whole blocks now.</summary>
    private async ValueTask ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_looseBases.Count == 0)
        {
            return;
        }

        try
        {
            await _folder
                .CommitPreparedAsync(
                    async (state, token) =>
                    {
                        var loose = await new LooseBases(backup.Frames.Tables)
                            .FindAsync(_looseBases, _segments, state, token)
                            .ConfigureAwait(false);
                        var draft = new RecordDraft("release");
                        loose.AddTo(draft);
                        return draft;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (LonghaulException error) when (Fault.IsOne(error) || Fault.IsRemoval(error))
        {
            // A segment's table cannot be read, so nobody knows what stands upon them: they stay, and a full sweep frees them.
        }
    }

    /// <summary>Which points are to be marked, and which marks are to be taken away.</summary>
    private static MarkedPoints Points(BackupState state, FoundDamage damage)
    {
        return new MarkedPoints(
            [
                .. state
                    .Points.Where(point => point.IsComplete && damage.Lacking.Contains(point.Id))
                    .Select(point => point.Id),
            ],
            [
                .. state
                    .Points.Where(point => !point.IsComplete && !damage.Suffering.Contains(point.Id))
                    .Select(point => point.Id),
            ]
        );
    }

    private RepairReport Report(long found, int mended, FoundDamage damage, MarkedPoints points) =>
        new()
        {
            Found = found,
            BlocksMended = mended,
            BytesFetched = _contents.BytesFetched,
            Segments = _segments.Count,
            BytesWritten = _written,
            NotMended = damage.NotMended,
            NotMendedUnlisted = damage.Unlisted,
            PointsMarked = points.Marked,
            PointsWhole = points.Whole,
        };

    private sealed record MarkedPoints(IReadOnlyList<PointId> Marked, IReadOnlyList<PointId> Whole)
    {
        internal static MarkedPoints None { get; } = new([], []);
    }
}
