using Longhaul.Core;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Liveness;

namespace Longhaul.Engine.Verifying;

/// <summary>What is wrong with segments, frames and the content of blocks.</summary>
/// <remarks>Memory: one bit per damaged frame, and the words for the first few thousand.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class FrameFaults
{
    private const int WordsLimit = 4 * BackupVerifier.DamageLimit;

    private readonly Lock _gate = new();
    private readonly Dictionary<SegmentId, Fault> _segments = [];
    private readonly HashSet<SegmentId> _removed = [];
    private readonly FrameMarks _removedFrames = new();
    private readonly FrameMarks _frames = new();
    private readonly Dictionary<FrameAddress, Fault> _words = [];
    private readonly HashSet<(FrameAddress Frame, Digest Content)> _contents = [];
    private readonly HashSet<FrameAddress> _otherContents = [];

    /// <summary>Whether there is none.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _segments.Count == 0 && _frames.Count == 0 && _contents.Count == 0;
            }
        }
    }

    /// <summary>The segments that cannot be used at all.</summary>
    internal IReadOnlyDictionary<SegmentId, Fault> Segments => _segments;

    /// <summary>Notes that nothing of a segment can be read.</summary>
    internal void Add(SegmentId segment, Fault fault)
    {
        lock (_gate)
        {
            _segments.TryAdd(segment, fault);
        }
    }

    /// <summary>Notes that a segment was removed while it was to be read: no damage, but nothing to look at.</summary>
    internal void AddRemoved(SegmentId segment)
    {
        lock (_gate)
        {
            _removed.Add(segment);
        }
    }

    /// <summary>Notes that a frame was removed while it was to be read: no damage, but nothing to look at.</summary>
    internal void AddRemoved(FrameAddress frame)
    {
        lock (_gate)
        {
            _removedFrames.Add(frame);
        }
    }

    /// <summary>Notes that a frame cannot be used.</summary>
    internal void Add(FrameAddress frame, Fault fault)
    {
        lock (_gate)
        {
            if (_frames.Add(frame) && _words.Count < WordsLimit)
            {
                _words[frame] = fault;
            }
        }
    }

    /// <summary>Notes that a frame is sound but does not hold the content a table says.</summary>
    internal void AddContent(FrameAddress frame, Digest content)
    {
        lock (_gate)
        {
            _contents.Add((frame, content));
            _otherContents.Add(frame);
        }
    }

    /// <summary>Whether a frame is known not to be usable, for whatever reason.</summary>
    internal bool IsUnusable(FrameAddress frame)
    {
        lock (_gate)
        {
            return _frames.Contains(frame)
                || _removedFrames.Contains(frame)
                || _segments.ContainsKey(frame.Segment)
                || _removed.Contains(frame.Segment);
        }
    }

    /// <summary>Whether a frame itself cannot be read; not what stands upon it.</summary>
    internal bool IsBroken(FrameAddress frame)
    {
        lock (_gate)
        {
            return _frames.Contains(frame) || _segments.ContainsKey(frame.Segment);
        }
    }

    /// <summary>Whether a frame can be read, and a table says that it holds something else.</summary>
    internal bool HasOtherContent(FrameAddress frame)
    {
        lock (_gate)
        {
            return _otherContents.Contains(frame);
        }
    }

    /// <summary>Whether a segment cannot be read at all.</summary>
    internal bool IsUnusable(SegmentId segment)
    {
        lock (_gate)
        {
            return _segments.ContainsKey(segment) || _removed.Contains(segment);
        }
    }

    /// <summary>Whether anything is wrong with a frame of a segment, or was removed while it was to be read.</summary>
    internal bool IsAnyIn(SegmentId segment)
    {
        lock (_gate)
        {
            return _frames.HasAny(segment)
                || _removedFrames.HasAny(segment)
                || _otherContents.Any(frame => frame.Segment == segment);
        }
    }

    /// <summary>What is wrong with a frame itself.</summary>
    /// <returns>Null when nothing is known to be.</returns>
    internal Fault? FindFrame(FrameAddress frame)
    {
        lock (_gate)
        {
            return _frames.Contains(frame) ? _words.GetValueOrDefault(frame) ?? Unnamed(frame) : null;
        }
    }

    /// <summary>What is wrong with a frame as the content of a block.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="content">The digest the table says.</param>
    /// <param name="tables">Says where it stands.</param>
    /// <returns>Null when nothing is known to be.</returns>
    internal Fault? FindContent(FrameAddress frame, Digest content, SegmentTables tables)
    {
        lock (_gate)
        {
            return _contents.Contains((frame, content))
                ? new Fault(
                    tables.FileOf(frame.Segment),
                    0,
                    $"frame {frame.Number} has another content than the restore point says"
                )
                : null;
        }
    }

    private static Fault Unnamed(FrameAddress frame) =>
        new($"segment {frame.Segment}", 0, $"frame {frame.Number} is damaged");
}
