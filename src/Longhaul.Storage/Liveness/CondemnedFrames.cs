using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>What a removal of points frees, and what it must keep for the sake of deltas.</summary>
/// <param name="Condemned">Frames to list as condemned, by segment; those that were held until now included.</param>
/// <param name="Held">Frames to list as held from now on, by segment.</param>
/// <param name="TablesDropped">Points whose tables nobody reads any more.</param>
/// <param name="Bytes">Bytes of the condemned frames, headers included, by segment.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CondemnedFrames(
    IReadOnlyDictionary<SegmentId, FrameSet> Condemned,
    IReadOnlyDictionary<SegmentId, FrameSet> Held,
    IReadOnlyList<PointId> TablesDropped,
    IReadOnlyDictionary<SegmentId, long> Bytes
)
{
    /// <summary>Bytes of all condemned frames.</summary>
    public long BytesFreed => Bytes.Values.Sum();

    /// <summary>Writes it into a step.</summary>
    /// <param name="draft">The step that removes the points.</param>
    public void AddTo(RecordDraft draft)
    {
        RecordDraft.AddFrames(draft.Open.Condemned, Condemned, Bytes);
        RecordDraft.AddFrames(draft.Open.Held, Held);
        foreach (var point in TablesDropped)
        {
            draft.DropTable(point);
        }
    }
}
