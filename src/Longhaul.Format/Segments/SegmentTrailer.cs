using Longhaul.Core;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Segments;

/// <summary>Makes what stands behind the last frame of a sealed segment: frame table and footer.</summary>
/// <remarks>Source: docs/format.md, section "Segment file".</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class SegmentTrailer
{
    /// <summary>Makes the trailer, and reads it back before giving it away.</summary>
    /// <param name="backup">The backup the segment belongs to.</param>
    /// <param name="segment">Its id.</param>
    /// <param name="generation">From <see cref="SegmentPreamble.FirstGeneration"/>.</param>
    /// <param name="tableOffset">Bytes written so far: where the table will stand.</param>
    /// <param name="frames">All frames in the file, by ascending number and offset; may be empty.</param>
    /// <param name="identity">The identity as first sealed, needed exactly above the first generation.</param>
    /// <exception cref="ArgumentException">The frames are not in order, pass the table, or the identity is missing.</exception>
    public static SealedTable Build(
        BackupId backup,
        SegmentId segment,
        int generation,
        long tableOffset,
        IReadOnlyList<FrameInfo> frames,
        Digest? identity = null
    )
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(generation, SegmentPreamble.FirstGeneration);
        if (backup.IsEmpty || segment.IsEmpty)
        {
            throw new ArgumentException("A segment has an id and a backup.");
        }

        if (generation > SegmentPreamble.FirstGeneration == identity is null)
        {
            throw new ArgumentException("Only a later generation is given its identity.", nameof(identity));
        }

        Check(frames, tableOffset);
        var bases = FrameTable.BasesOf(segment, frames);
        var table = FrameTable.Encode(segment, frames, bases);
        if (
            !FrameTable.TryDecode(table, segment, frames.Count, tableOffset, out var decoded)
            || !decoded.Value.Frames.SequenceEqual(frames)
        )
        {
            throw new ArgumentException("The frames do not make a table.", nameof(frames));
        }

        var known = identity ?? FrameTable.IdentityOf(frames);
        var footer = new SegmentFooter(
            tableOffset,
            table.Length,
            frames.Count,
            Checksum.Of(table),
            known,
            segment,
            generation
        );
        var bytes = new byte[table.Length + SegmentFooter.Size];
        table.CopyTo(bytes, 0);
        footer.Write(bytes.AsSpan(table.Length));
        return new SealedTable(bytes, known, bases);
    }

    private static void Check(IReadOnlyList<FrameInfo> frames, long tableOffset)
    {
        var (number, offset) = (0, (long)SegmentPreamble.Size);
        foreach (var frame in frames)
        {
            if (frame.Number < number || frame.Offset < offset || !FrameHeader.IsValid(frame))
            {
                throw new ArgumentException($"{frame} is out of order or not valid.", nameof(frames));
            }

            (number, offset) = (frame.Number + 1, frame.EndOffset);
        }

        if (offset > tableOffset)
        {
            throw new ArgumentException($"The frames end at {offset}, behind {tableOffset}.", nameof(tableOffset));
        }
    }
}
