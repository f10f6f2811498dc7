using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Encrypting;

/// <summary>Encrypts a plain backup where it lies: writes all it holds anew, sealed, and then one record that puts that in the
/// place of what is plain.</summary>
/// <remarks>
/// <para>Until that record the backup is what it was, whatever happens; after it the plain files are condemned, and go with the
/// next reclaim. What was written before an interruption is used by the next call with the same password.</para>
/// <para>Nothing is compressed anew, and no block is looked into: a frame whose checksum does not fit, or a table that is not
/// the one the log lists, ends it, as what is sealed is vouched for.</para>
/// <para>Source: docs/format.md, section "Encrypting a backup".</para>
/// </remarks>
/// <param name="backup">The backup; plain; stays the caller's. Nobody else may write to it meanwhile.</param>
/// <param name="clock">For checkpoints.</param>
/// <param name="progress">Hears how far it is; null for nobody.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BackupEncrypter(OpenBackup backup, TimeProvider clock, IRunProgress? progress)
{
    private readonly BackupFolder _folder = backup.Folder;

    /// <summary>Says what room it takes: what is written beside the plain files before these can go.</summary>
    /// <param name="state">The backup.</param>
    /// <returns>Bytes, at most some per cent more than it will be.</returns>
    public static long RoomFor(BackupState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return LiveSegments(state)
                .Sum(segment =>
                    segment.Size + ((segment.Frames - segment.Condemned.Count) * (long)SegmentCipher.Overhead)
                ) + state.Machines.Values.Sum(machine => machine.Tables.Sum(table => table.Size + (table.Size / 8)));
    }

    /// <summary>Encrypts the backup.</summary>
    /// <param name="password">What is to open it from then on.</param>
    /// <param name="definition">The owning job's definition from then on; null: as it is.</param>
    /// <param name="session">The session that encrypts.</param>
    /// <param name="cancellationToken">Cancels the call; the next goes on from there.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing: something of it is, and nothing was changed;
    /// backup.changed: another wrote to it; backup.too-long; store errors.</exception>
    public async ValueTask<EncryptReport> EncryptAsync(
        NewPassword password,
        ReadOnlyMemory<byte>? definition,
        SessionId session,
        CancellationToken cancellationToken
    )
    {
        var (listed, keys) = await _folder.PrepareKeysAsync(password, cancellationToken).ConfigureAwait(false);
        var state = _folder.State;
        var content = new SealedContent(_folder.Name);
        var checkpoints = new EncryptCheckpoints(_folder, keys, session, clock);
        var sealer = new SegmentSealer(_folder, backup.Frames.Tables, keys.Newest);
        var left = await checkpoints.FindAsync(cancellationToken).ConfigureAwait(false);
        var heard = progress?.Begin(_folder.Name, "encrypting", LiveSegments(state).Sum(segment => segment.Size));
        var (written, resumed) = (0L, 0L);
        foreach (var segment in InOrder(state))
        {
            var after = left.TryGetValue(segment.Id, out var known)
                ? await sealer.FindAsync(segment, known, content.MoveBase, cancellationToken).ConfigureAwait(false)
                : null;
            resumed += after?.Size ?? 0;
            if (after is null)
            {
                after = await sealer
                    .WriteAsync(segment, SegmentId.New(), content.MoveBase, cancellationToken)
                    .ConfigureAwait(false);
                written += after.Size;
                await checkpoints.AddAsync(segment, after, cancellationToken).ConfigureAwait(false);
            }

            content.Add(segment.Id, after);
            heard?.Advance(segment.Size);
        }

        var tables = new PointFileSealer(backup.Tables, keys.Newest);
        foreach (var table in state.Machines.Values.SelectMany(machine => machine.Tables))
        {
            var after = await tables.WriteAsync(table, content.Move, cancellationToken).ConfigureAwait(false);
            content.Add(table, after);
            written += after.Size;
        }

        await _folder.EncryptAsync(listed, keys, content, definition, session, cancellationToken).ConfigureAwait(false);
        await checkpoints.EndAsync(CancellationToken.None).ConfigureAwait(false);
        return new EncryptReport(LiveSegments(state).Count(), written, resumed);
    }

    private static IEnumerable<SegmentState> LiveSegments(BackupState state) =>
        state.Segments.Values.Where(segment => !segment.IsDead);

    /// <summary>Segments so that each comes after those that hold bases of its deltas: their new ids are named in it.</summary>
    private static List<SegmentState> InOrder(BackupState state)
    {
        var (order, seen) = (new List<SegmentState>(), new HashSet<SegmentId>());
        foreach (var segment in LiveSegments(state).OrderBy(segment => segment.Id))
        {
            var pending = new Stack<(SegmentState Segment, bool BasesDone)>([(segment, false)]);
            while (pending.TryPop(out var next))
            {
                if (next.BasesDone)
                {
                    order.Add(next.Segment);
                }
                else if (seen.Add(next.Segment.Id))
                {
                    pending.Push((next.Segment, true));
                    foreach (var basis in next.Segment.Bases.Where(basis => !seen.Contains(basis)))
                    {
                        if (state.Segments.TryGetValue(basis, out var found) && !found.IsDead)
                        {
                            pending.Push((found, false));
                        }
                    }
                }
            }
        }

        return order;
    }
}
