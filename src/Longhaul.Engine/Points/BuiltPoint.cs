using Longhaul.Core.Backups;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Points;

/// <summary>A point whose files are durable and that no record lists yet.</summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record BuiltPoint
{
    /// <summary>The point; its kind and parent are decided when it is committed.</summary>
    internal required RestorePoint Point { get; init; }

    /// <summary>The machine's present name.</summary>
    internal required string MachineName { get; init; }

    /// <summary>The machine's newest point that the table builds upon; null when there was none.</summary>
    internal required PointId? Follows { get; init; }

    /// <summary>Its table.</summary>
    internal required TableState Table { get; init; }

    /// <summary>The segments that hold its new frames, with the names of their files.</summary>
    internal required IReadOnlyList<SegmentState> Segments { get; init; }

    /// <summary>Frames now referenced from a second place, by segment.</summary>
    internal required IReadOnlyDictionary<SegmentId, FrameSet> Shared { get; init; }

    /// <summary>Frames of the new segments that no table names: left over from an interrupted run.</summary>
    internal required IReadOnlyDictionary<SegmentId, FrameSet> Unused { get; init; }

    /// <summary>What those take, headers included, by segment.</summary>
    internal required IReadOnlyDictionary<SegmentId, long> UnusedBytes { get; init; }

    /// <summary>Frames that the point relies on, by segment; of the new segments too.</summary>
    internal required IReadOnlyDictionary<SegmentId, FrameSet> References { get; init; }

    /// <summary>What it took.</summary>
    internal required PointCounts Counts { get; init; }
}
