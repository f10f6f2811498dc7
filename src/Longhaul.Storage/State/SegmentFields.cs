using Longhaul.Core;
using CoreMachine = Longhaul.Core.Machines.Machine;
using CoreSegment = Longhaul.Core.Backups.Segment;

namespace Longhaul.Storage.State;

/// <summary>Segments out of records.</summary>
internal static class SegmentFields
{
    /// <summary>A segment without its sets of frames.</summary>
    /// <param name="segment">The message.</param>
    /// <param name="file">The record's name, for errors.</param>
    internal static SegmentState Segment(Format.Log.Segment segment, string file) =>
        new()
        {
            Id = Fields.Id<CoreSegment>(segment.Id, file),
            Generation = checked((int)segment.Generation),
            Size = checked((long)segment.Size),
            Frames = checked((int)segment.Frames),
            Identity = Fields.Hash(segment.Identity, file),
            Machine = Fields.Id<CoreMachine>(segment.Machine, file),
            Born = checked((long)segment.Born),
            Bases = [.. segment.Bases.Select(bytes => Fields.Id<CoreSegment>(bytes, file))],
            DeadSince = checked((long)segment.DeadSince),
            DeadBytes = checked((long)segment.DeadBytes),
            SpentGeneration = checked((int)segment.SpentGeneration),
            KeyGeneration = checked((int)segment.KeyGeneration),
        };

    /// <summary>A known segment that a record lists again: written anew without some of its dead frames.</summary>
    /// <param name="known">The segment as it was listed.</param>
    /// <param name="again">As it is listed now.</param>
    /// <param name="file">The record's name, for errors.</param>
    /// <exception cref="LonghaulException">data.damaged: it is another segment, or no later generation.</exception>
    internal static SegmentState Again(SegmentState known, SegmentState again, string file)
    {
        if (
            again.Generation <= Math.Max(known.Generation, known.SpentGeneration)
            || known.IsDead
            || (again.Frames, again.Identity, again.Machine, again.Born, again.KeyGeneration)
                != (known.Frames, known.Identity, known.Machine, known.Born, known.KeyGeneration)
            || again.Bases.Except(known.Bases).Any()
        )
        {
            throw Errors.DataDamaged(file, 0, $"segment {known.Id} is listed twice");
        }

        return known with
        {
            Generation = again.Generation,
            Size = again.Size,
            Bases = again.Bases,
            DeadBytes = again.DeadBytes,
        };
    }
}
