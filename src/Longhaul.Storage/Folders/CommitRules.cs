using Longhaul.Core;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <summary>May a step be put upon a state, given what others did since its work began?</summary>
/// <remarks>
/// <para>A commit is valid only if nothing it references was condemned after the record it was prepared against. Files
/// are looked for in the records themselves, not in the state: a file that was condemned, deleted and purged meanwhile
/// has left no trace in the state. All records this side has read count, not only those since the step's work began: a
/// file may be older than the step (a leftover found when the run began), and no file is ever listed after it was
/// condemned.</para>
/// <para>Source: docs/format.md, section "Liveness".</para>
/// </remarks>
internal static class CommitRules
{
    /// <summary>Throws unless the step may be put.</summary>
    /// <param name="draft">The step.</param>
    /// <param name="state">The newest state.</param>
    /// <param name="seen">The records this side has read.</param>
    /// <param name="backup">The backup's name, for the error.</param>
    /// <exception cref="LonghaulException">backup.changed.</exception>
    internal static void Check(RecordDraft draft, BackupState state, SeenRecords seen, string backup)
    {
        foreach (var file in draft.Files)
        {
            if (seen.CondemnedBy(file) is { } number)
            {
                throw Errors.BackupChanged(backup, $"record {number} condemned {file}");
            }

            if (state.CondemnedFiles.ContainsKey(file))
            {
                throw Errors.BackupChanged(backup, $"{file} is condemned");
            }
        }

        foreach (var (id, frames) in draft.References)
        {
            if (!state.Segments.TryGetValue(id, out var segment) || frames.Intersects(segment.Condemned))
            {
                throw Errors.BackupChanged(backup, $"frames of segment {id} were condemned");
            }
        }
    }
}
