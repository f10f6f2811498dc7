using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <summary>May a record of an encrypted backup be believed?</summary>
/// <remarks>
/// <para>What adds, changes, or touches owner, keys or protection needs a MAC, and the reader who has the key has checked it
/// when he decoded the record. Without a MAC a record may only take away or move: whoever lies at the far side could have
/// deleted the files as well. A MAC under a list key older than the present one counts for nothing: its password may have
/// been taken away because it is known to others.</para>
/// <para>Source: docs/format.md, section "Encryption".</para>
/// </remarks>
internal static class TrustRules
{
    /// <summary>Throws unless the record may be believed.</summary>
    /// <param name="before">The state before it; none when it is where reading begins.</param>
    /// <param name="entry">The record.</param>
    /// <param name="keys">What the reader can open; null for nothing.</param>
    /// <param name="backup">The backup's name, for the error.</param>
    /// <exception cref="LonghaulException">data.damaged; backup.locked: it is under a list key newer than the reader's, so that he
    /// cannot tell who put it.</exception>
    internal static void Check(BackupState before, LogEntry entry, BackupKeys? keys, string backup)
    {
        var isEncrypted = before.KeyList is not null || keys is not null;
        if (entry.KeyGeneration == 0)
        {
            if (isEncrypted && !OnlyTakesAway(entry.Open, entry.SealedPart, before))
            {
                throw Errors.DataDamaged(
                    RecordCodec.RecordName(entry.Number),
                    0,
                    "it adds or changes something, and nobody who has the key vouches for it"
                );
            }

            return;
        }

        if (entry.KeyGeneration > keys?.Newest.Generation)
        {
            throw Errors.BackupLocked($"record {entry.Number} of backup '{backup}'");
        }

        var generation = entry.Open.Keys is { } listed ? (int)listed.Generation : before.KeyList?.Generation ?? 0;
        if (entry.KeyGeneration != generation || generation < before.KeyList?.Generation)
        {
            throw Errors.DataDamaged(
                RecordCodec.RecordName(entry.Number),
                12,
                $"it is vouched for under list key {entry.KeyGeneration}, and list key {generation} holds"
            );
        }
    }

    /// <summary>Whether a step can be put by one who has no key.</summary>
    /// <param name="open">The step's open part.</param>
    /// <param name="sealedPart">Its sealed part: whatever stands in there says something that is believed.</param>
    /// <param name="before">The state before it.</param>
    internal static bool OnlyTakesAway(Record open, Sealed sealedPart, BackupState before) =>
        sealedPart.CalculateSize() == 0
        && !open.Whole
        && open.Birth is null
        && open.Owner is null
        && !open.Ownerless
        && open.Continued is null
        && open.Keys is null
        && open.Machines.Count == 0
        && open.Points.Count == 0
        && open.HiddenTables.Count == 0
        && open.Shared.Count == 0
        && open.Protections.Count == 0
        && open.ProtectedTime == 0
        && open.PointChanges.All(change => IsRelink(change, before))
        && open.Segments.All(segment => IsMove(segment, before));

    /// <summary>Whether a change only says what a point needs now that another is gone.</summary>
    private static bool IsRelink(PointChange change, BackupState before) =>
        PointId.TryRead(change.Id.Span, out var id)
        && before.FindPoint(id) is { } point
        && change.Incomplete == !point.IsComplete
        && (int)change.Pin == (int)point.Pin;

    /// <summary>Whether a segment was listed before, so that this can only be a later generation of it.</summary>
    private static bool IsMove(Format.Log.Segment segment, BackupState before) =>
        SegmentId.TryRead(segment.Id.Span, out var id) && before.Segments.ContainsKey(id);
}
