using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;
using FrameSet = Longhaul.Storage.State.FrameSet;

namespace Longhaul.Storage.Folders;

/// <summary>Does a record only add? Asked where somebody may add to a backup and take nothing away, without its keys.</summary>
/// <remarks>
/// <para>Compared is what the backup consists of before and after, and not what the record lists: a whole record says
/// everything anew. What was there must be there as it was: points, tables, segments and the frames in them, and the files that
/// may be deleted. Owner and keys change only when a backup that nobody owns here is taken.</para>
/// <para>What the sealed part of an encrypted backup's record says cannot be looked at: docs/guide/across-a-line.md says what that
/// leaves.</para>
/// </remarks>
public static class AppendRules
{
    /// <summary>Finds why a file may not become the next record of a log.</summary>
    /// <param name="before">The state after the newest record, read without keys.</param>
    /// <param name="name">The file's name, from the backup's folder down.</param>
    /// <param name="file">All of it; hostile, perhaps.</param>
    /// <param name="here">The repository that the backup lies in.</param>
    /// <returns>A clause for people; null when it only adds, and every reader can read it as far as can be told without keys.</returns>
    public static string? FindTaking(BackupState before, string name, ReadOnlyMemory<byte> file, RepositoryId here)
    {
        ArgumentNullException.ThrowIfNull(before);
        try
        {
            if (!BackupNames.TryParseRecord(name, out var number) || number != before.Number + 1)
            {
                return "it is not the next record of the log";
            }

            var record = RecordCodec.Decode(name, file);
            var previous = before.Number == 0 ? ReadOnlySpan<byte>.Empty : before.Head.ToBytes();
            if (record.Open.Number != (ulong)number || !record.Open.Previous.Span.SequenceEqual(previous))
            {
                return $"it does not follow record {before.Number}";
            }

            var (sealedPart, hash) = (record.SealedPart ?? new Sealed(), RecordCodec.HashOf(file.Span));
            var entry = new LogEntry(number, record.Open, sealedPart, record.KeyGeneration, hash, file);
            TrustRules.Check(before, entry, keys: null, name);
            return FindTaking(before, StateFold.Apply(before, record.Open, sealedPart, hash, name), entry, here);
        }
        catch (LonghaulException error)
        {
            return error.Message;
        }
        catch (OverflowException)
        {
            return "it holds a number that cannot be";
        }
    }

    /// <summary>Finds what a record does that is no adding.</summary>
    /// <param name="before">The state it is put upon, read without keys.</param>
    /// <param name="after">The state after it.</param>
    /// <param name="entry">The record.</param>
    /// <param name="here">The repository that the backup lies in.</param>
    /// <returns>A clause for people; null when it only adds.</returns>
    public static string? FindTaking(BackupState before, BackupState after, LogEntry entry, RepositoryId here)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(entry);
        if (before.Number == 0)
        {
            return null;
        }

        return FindIdentity(before, after, entry, here)
            ?? (HasMachines(before, after) ? null : "a restore point or its table would be removed or changed")
            ?? (
                before.Segments.All(pair =>
                    after.Segments.TryGetValue(pair.Key, out var kept) && IsKept(pair.Value, kept)
                )
                    ? null
                    : "stored blocks would be given up, moved or changed"
            )
            ?? (
                before.CondemnedFiles.Count == after.CondemnedFiles.Count
                && before.CondemnedFiles.All(pair => after.CondemnedFiles.ContainsKey(pair.Key))
                    ? null
                    : "files would be given up, or forgotten"
            );
    }

    private static string? FindIdentity(BackupState before, BackupState after, LogEntry entry, RepositoryId here)
    {
        if (
            (after.Origin, after.BornOf, after.BornIn, after.Backup)
            != (before.Origin, before.BornOf, before.BornIn, before.Backup)
        )
        {
            return "it would be another backup";
        }

        if (entry.KeyGeneration == 0 && before.KeyList is not null)
        {
            return "nobody who has the key vouches for it";
        }

        var isCarried = before.Home != here;
        if (
            (after.ContinuedAs, after.ContinuedIn) != (before.ContinuedAs, before.ContinuedIn)
            && !(isCarried && after.ContinuedIn == here)
        )
        {
            return "it would be another instance";
        }

        // Who takes a carried copy leaves what protected it where it was copied from.
        return after.ProtectedTime == before.ProtectedTime || (isCarried && after.ProtectedTime is null)
            ? FindOwner(before, after, here)
            : "what protects it would change";
    }

    private static string? FindOwner(BackupState before, BackupState after, RepositoryId here)
    {
        var isTaken = before.OwnerIn(here) is null && after.OwnerIn(here) is not null;
        var isVoided = after.ContinuedAs != before.ContinuedAs && after.Owner is null;
        if (
            !isTaken
            && !isVoided
            && (after.Owner?.Job, after.Owner?.Repository) != (before.Owner?.Job, before.Owner?.Repository)
        )
        {
            return "its owner would change";
        }

        return after.KeyList == before.KeyList || (isTaken && before.KeyList is not null)
            ? null
            : "its passwords would change";
    }

    private static bool HasMachines(BackupState before, BackupState after)
    {
        var protects = after.ProtectedTime is not null;
        foreach (var (id, machine) in before.Machines)
        {
            if (
                !after.Machines.TryGetValue(id, out var kept)
                || kept.NextSequence < machine.NextSequence
                || machine.Tables.Except(kept.Tables).Any()
            )
            {
                return false;
            }

            var points = kept.Points.ToDictionary(point => point.Id);
            if (
                machine.Points.Any(point =>
                    !points.TryGetValue(point.Id, out var same) || !IsSame(point, same, protects)
                )
            )
            {
                return false;
            }
        }

        // Nor may anybody who only adds decide until when something stays.
        var known = before.Points.Select(point => point.Id).ToHashSet();
        return after.Points.All(point => point.ProtectedUntil is null || known.Contains(point.Id));
    }

    private static bool IsSame(RestorePoint point, RestorePoint after, bool protects) =>
        after.Disks.SequenceEqual(point.Disks)
        && after with
        {
            Disks = point.Disks,
            ProtectedUntil = protects ? after.ProtectedUntil : point.ProtectedUntil,
        } == point;

    /// <summary>Whether a segment is as it was. A frame that only deltas needed may be referenced again.</summary>
    private static bool IsKept(SegmentState segment, SegmentState after) =>
        (after.Generation, after.Size, after.Frames, after.Identity, after.Machine, after.Born, after.KeyGeneration)
            == (
                segment.Generation,
                segment.Size,
                segment.Frames,
                segment.Identity,
                segment.Machine,
                segment.Born,
                segment.KeyGeneration
            )
        && (after.DeadSince, after.DeadBytes, after.SpentGeneration)
            == (segment.DeadSince, segment.DeadBytes, segment.SpentGeneration)
        && after.Bases.SequenceEqual(segment.Bases)
        && AreSame(after.Condemned, segment.Condemned)
        && segment.Shared.Except(after.Shared).Count == 0
        && after.Held.Except(segment.Held).Count == 0
        && segment.Held.Except(after.Held).Except(after.Shared).Count == 0;

    private static bool AreSame(FrameSet one, FrameSet other) =>
        one.Except(other).Count == 0 && other.Except(one).Count == 0;
}
