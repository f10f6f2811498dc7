using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Blocks;

/// <summary>A segment that was written again without its condemned frames, and that no record lists yet.</summary>
/// <param name="Before">The segment as it was listed when its live frames were chosen.</param>
/// <param name="After">The segment as it is to be listed.</param>
/// <param name="Damaged">Numbers of live frames whose checksum did not fit: they were taken over as they lie.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RewrittenSegment(SegmentState Before, SegmentState After, IReadOnlyList<int> Damaged)
{
    /// <summary>Name of the new file.</summary>
    public string File => BackupNames.SegmentFile(After.Id, After.Generation);

    /// <summary>Lists the new generation in a step and condemns the file of the old one by name.</summary>
    /// <remarks>Nothing but the segment's own generation can be in the way: a frame that was condemned is never needed
    /// again, so what was left out stays out, and what was condemned since is dead weight in the new file.</remarks>
    /// <param name="draft">The step.</param>
    /// <param name="state">The state the step is prepared against.</param>
    /// <returns>False when another was faster, or the segment is needed no more: then the new file is condemned instead, as
    /// nobody else knows of it.</returns>
    public bool AddTo(RecordDraft draft, BackupState state)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(state);
        if (
            !state.Segments.TryGetValue(After.Id, out var now)
            || now.IsDead
            || now.Generation != Before.Generation
            || now.SpentGeneration >= After.Generation
        )
        {
            if (now?.Generation != After.Generation && !state.CondemnedFiles.ContainsKey(File))
            {
                Condemn(draft, File);
            }

            return false;
        }

        draft.Add(After with { DeadBytes = Math.Clamp(now.DeadBytes - Before.DeadBytes, 0, After.Size) }, File);
        Condemn(draft, BackupNames.SegmentFile(Before.Id, Before.Generation));
        return true;
    }

    private static void Condemn(RecordDraft draft, string file) =>
        draft.Open.FilesCondemned.Add(new Format.Log.CondemnedFile { Name = file });
}
