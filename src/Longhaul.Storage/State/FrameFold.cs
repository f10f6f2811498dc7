using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using CoreSegment = Longhaul.Core.Backups.Segment;

namespace Longhaul.Storage.State;

/// <summary>The part of <see cref="StateFold"/> that is about frames and files needed no more.</summary>
internal static class FrameFold
{
    /// <summary>The state with a record's frames and files applied.</summary>
    /// <param name="state">The state with the record's points and segments applied.</param>
    /// <param name="open">The open part.</param>
    /// <param name="file">The record's name, for errors.</param>
    /// <exception cref="LonghaulException">data.damaged.</exception>
    internal static BackupState Apply(BackupState state, Record open, string file) =>
        ApplyFiles(ApplyFrames(state, open, file), open, file);

    private static BackupState ApplyFrames(BackupState state, Record open, string file)
    {
        var segments = state.Segments.ToBuilder();
        void Change(IEnumerable<Format.Log.FrameSet> sets, Func<SegmentState, FrameSet, long, SegmentState> change)
        {
            foreach (var set in sets)
            {
                var id = Fields.Id<CoreSegment>(set.Segment, file);
                if (!segments.TryGetValue(id, out var segment))
                {
                    throw Errors.DataDamaged(file, 0, $"frames of segment {id}, which is not listed");
                }

                segments[id] = change(
                    segment,
                    FrameSetMessage.Read(set, segment.Frames, file),
                    checked((long)set.Bytes)
                );
            }
        }

        // A point references them again: they are not to go with the last delta upon them.
        Change(
            open.Shared,
            (segment, frames, _) =>
                segment with
                {
                    Shared = segment.Shared.Union(frames),
                    Held = segment.Held.Except(frames),
                }
        );
        Change(
            open.Held,
            (segment, frames, _) => segment with { Held = segment.Held.Union(frames).Except(segment.Condemned) }
        );
        Change(open.Released, (segment, frames, _) => segment with { Held = segment.Held.Except(frames) });
        Change(
            open.Condemned,
            (segment, frames, bytes) =>
            {
                var after = segment with
                {
                    Condemned = segment.Condemned.Union(frames),
                    Held = segment.Held.Except(frames),
                    DeadBytes = segment.DeadBytes + Math.Min(bytes, segment.Size - segment.DeadBytes),
                };
                return after.IsDead && after.DeadSince == 0 ? after with { DeadSince = state.Number } : after;
            }
        );
        return state with { Segments = segments.ToImmutable() };
    }

    private static BackupState ApplyFiles(BackupState state, Record open, string file)
    {
        if (open.FilesCondemned.Count == 0)
        {
            return state with { CondemnedFiles = state.CondemnedFiles.RemoveRange(open.FilesPurged) };
        }

        var condemned = state.CondemnedFiles.ToBuilder();
        var segments = state.Segments.ToBuilder();
        var listed = state
            .Machines.Values.SelectMany(machine => machine.Tables.Select(table => table.File))
            .ToHashSet(StringComparer.Ordinal);
        listed.UnionWith(
            state
                .Segments.Values.Where(segment => !segment.IsDead)
                .Select(segment => BackupNames.SegmentFile(segment.Id, segment.Generation))
        );
        foreach (var gone in open.FilesCondemned)
        {
            // Only data is ever condemned by name: never the log, a lease or the descriptor.
            if (listed.Contains(gone.Name) || !BackupNames.IsData(gone.Name))
            {
                throw Errors.DataDamaged(file, 0, $"{gone.Name} is condemned while it is needed");
            }

            condemned[gone.Name] = gone.Since == 0 ? state.Number : checked((long)gone.Since);
            if (
                BackupNames.TryParseSegmentFile(gone.Name, out var id, out var generation)
                && segments.TryGetValue(id, out var segment)
            )
            {
                segments[id] = segment with { SpentGeneration = Math.Max(segment.SpentGeneration, generation) };
            }
        }

        condemned.RemoveRange(open.FilesPurged);
        return state with { CondemnedFiles = condemned.ToImmutable(), Segments = segments.ToImmutable() };
    }
}
