using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>What a removal of points frees, and what it must keep for the sake of deltas.</summary>
/// <param name="Condemned">Frames to list as condemned, by segment; those that were held until now included.</param>
/// <param name="Held">Frames to list as held from now on, by segment.</param>
/// <param name="TablesDropped">Points whose tables nobody reads any more.</param>
/// <param name="BytesFreed">Stored bytes of the condemned frames.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CondemnedFrames(
    IReadOnlyDictionary<SegmentId, FrameSet> Condemned,
    IReadOnlyDictionary<SegmentId, FrameSet> Held,
    IReadOnlyList<PointId> TablesDropped,
    long BytesFreed
)
{
    /// <summary>Writes it into a step.</summary>
    /// <param name="draft">The step that removes the points.</param>
    public void AddTo(RecordDraft draft)
    {
        RecordDraft.AddFrames(draft.Open.Condemned, Condemned);
        RecordDraft.AddFrames(draft.Open.Held, Held);
        foreach (var point in TablesDropped)
        {
            draft.DropTable(point);
        }
    }
}
