using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Log;

namespace Longhaul.Storage.State;

/// <summary>Frame sets between memory and the log.</summary>
internal static class FrameSetMessage
{
    /// <summary>Decodes the frames of one segment.</summary>
    /// <param name="message">The message.</param>
    /// <param name="frames">Frames the segment has; a number past them is damage.</param>
    /// <param name="file">The record's name, for errors.</param>
    internal static FrameSet Read(Format.Log.FrameSet message, int frames, string file)
    {
        if (!FrameRuns.TryDecode(message.Runs, out var runs))
        {
            throw Errors.DataDamaged(file, 0, "a set of frames is not valid");
        }

        if (runs.Count > 0 && runs[^1].Start + runs[^1].Count > frames)
        {
            var last = runs[^1].Start + runs[^1].Count - 1;
            throw Errors.DataDamaged(file, 0, $"frame {last} of a segment that has {frames}");
        }

        return FrameSet.Of(runs.SelectMany(run => Enumerable.Range(run.Start, run.Count)));
    }

    /// <summary>Encodes the frames of one segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="frames">At least one frame.</param>
    internal static Format.Log.FrameSet Write(SegmentId segment, FrameSet frames)
    {
        var message = new Format.Log.FrameSet { Segment = ByteString.CopyFrom(segment.ToBytes()) };
        var end = 0;
        var start = -1;
        var next = -1;
        foreach (var number in frames.Numbers())
        {
            if (number != next)
            {
                Close();
                start = number;
            }

            next = number + 1;
        }

        Close();
        return message;

        void Close()
        {
            if (start >= 0)
            {
                message.Runs.Add((uint)(start - end));
                message.Runs.Add((uint)(next - start));
                end = next;
            }
        }
    }
}
