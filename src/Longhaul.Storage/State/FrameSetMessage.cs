using Google.Protobuf;
using Longhaul.Core;

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
        if (message.Runs.Count % 2 != 0)
        {
            throw Errors.DataDamaged(file, 0, "a set of frames with half a run");
        }

        var numbers = new List<int>();
        long at = 0;
        for (var i = 0; i < message.Runs.Count; i += 2)
        {
            at += message.Runs[i];
            var end = at + message.Runs[i + 1];
            if (end > frames)
            {
                throw Errors.DataDamaged(file, 0, $"frame {end - 1} of a segment that has {frames}");
            }

            for (; at < end; at++)
            {
                numbers.Add((int)at);
            }
        }

        return FrameSet.Of(numbers);
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
