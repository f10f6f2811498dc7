using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Retention;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Retaining;

/// <summary>Removes restore points: one log record, however many they are; no block is read or written.</summary>
/// <param name="folder">The backup.</param>
/// <param name="tables">Its tables.</param>
/// <param name="segments">Its frame tables.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class PointRemover(BackupFolder folder, PointTables tables, SegmentTables segments)
{
    /// <summary>Removes what a decision says, made anew whenever another committed first.</summary>
    /// <param name="decide">What is done to a state's chains; empty to do nothing. Throws to give up.</param>
    /// <param name="step">What the step is, for people: <c>merge</c>, <c>delete</c> …</param>
    /// <param name="session">The session that removes; null for a step made by hand.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>Stored bytes that are needed no more; they are freed when whole segments are dead.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing; store errors.</exception>
    public async ValueTask<long> RemoveAsync(
        Func<BackupState, IReadOnlyList<ChainEdit>> decide,
        string step,
        SessionId? session,
        CancellationToken cancellationToken
    )
    {
        long condemned = 0;
        await folder
            .CommitPreparedAsync(
                async (state, token) =>
                {
                    condemned = 0;
                    ChainEdit[] edits = [.. decide(state).Where(edit => !edit.IsEmpty)];
                    if (edits.Length == 0)
                    {
                        return null;
                    }

                    var gone = edits.SelectMany(edit => edit.Removed).ToHashSet();
                    RestorePoint[] going = [.. state.Points.Where(point => gone.Contains(point.Id))];
                    var freed = await new Condemnation(tables, segments, state)
                        .RemoveAsync(going, token)
                        .ConfigureAwait(false);
                    condemned = freed.BytesFreed;
                    return Draft(edits, freed, step, session);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return condemned;
    }

    private static RecordDraft Draft(
        IEnumerable<ChainEdit> edits,
        CondemnedFrames freed,
        string step,
        SessionId? session
    )
    {
        var draft = new RecordDraft(step);
        if (session is { } id)
        {
            draft.Open.Session = ByteString.CopyFrom(id.ToBytes());
        }

        foreach (var edit in edits)
        {
            var left = edit.Points.ToDictionary(point => point.Id);
            foreach (var gone in edit.Removed)
            {
                draft.Remove(gone);
            }

            foreach (var change in edit.Changes)
            {
                draft.Change(left[change.Point]);
            }
        }

        freed.AddTo(draft);
        return draft;
    }
}
