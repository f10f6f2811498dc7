using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Converting;

/// <summary>Makes the chains of a backup forward incremental: one log record, however many points there are; no table and
/// no block is read or written.</summary>
/// <remarks>Source: docs/format.md, section "Kinds".</remarks>
public static class ChainConverter
{
    /// <summary>Converts every machine's chain that has reverse increments.</summary>
    /// <param name="backup">The backup; stays the caller's.</param>
    /// <param name="session">The session that converts; null for a step made by hand.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>What was changed.</returns>
    /// <exception cref="LonghaulException">data and store errors.</exception>
    public static async ValueTask<ConvertReport> ConvertToForwardAsync(
        OpenBackup backup,
        SessionId? session,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(backup);
        var converted = new List<ConvertedMachine>();
        await backup
            .Folder.CommitAsync(
                state =>
                {
                    // Called again from a newer state when another committed first.
                    converted.Clear();
                    return Draft(state, session, converted);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return new ConvertReport(converted);
    }

    private static RecordDraft Draft(BackupState state, SessionId? session, List<ConvertedMachine> converted)
    {
        var draft = new RecordDraft("convert");
        if (session is { } id)
        {
            draft.Open.Session = ByteString.CopyFrom(id.ToBytes());
        }

        foreach (var machine in state.Machines.Values)
        {
            var edit = ChainEditor.ConvertToForward(machine.Points);
            if (edit.IsEmpty)
            {
                continue;
            }

            var points = edit.Points.ToDictionary(point => point.Id);
            foreach (var change in edit.Changes)
            {
                draft.Change(points[change.Point]);
            }

            converted.Add(new ConvertedMachine(machine.Id, machine.Name, edit.Changes.Count));
        }

        return draft;
    }
}
