using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Protecting;
using Longhaul.Core.Retention;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Points;

/// <summary>Makes a built point part of its backup: one record.</summary>
internal static class PointCommit
{
    /// <summary>Commits a point.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="built">The point.</param>
    /// <param name="kind">What it becomes.</param>
    /// <param name="transform">Whether the run of points before it is turned into reverse increments.</param>
    /// <param name="jobName">The job's name, for errors.</param>
    /// <param name="session">The session that commits.</param>
    /// <param name="term">How long the point is protected from deletion; null: not at all.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>The point as the log lists it now.</returns>
    /// <exception cref="LonghaulException">job.backup-owned: the job lost the backup; backup.changed; store errors.</exception>
    internal static async ValueTask<RestorePoint> CommitAsync(
        BackupFolder folder,
        BuiltPoint built,
        NewPointKind kind,
        bool transform,
        string jobName,
        SessionId session,
        ProtectionTerm? term,
        CancellationToken cancellationToken
    )
    {
        var after = await folder
            .CommitAsync(
                state => Draft(folder, state, built, kind, transform, jobName, session, term),
                cancellationToken
            )
            .ConfigureAwait(false);
        return after.FindPoint(built.Point.Id)
            ?? throw Errors.BackupChanged(folder.Name, "the new point is gone again");
    }

    private static RecordDraft Draft(
        BackupFolder folder,
        BackupState state,
        BuiltPoint built,
        NewPointKind kind,
        bool transform,
        string jobName,
        SessionId session,
        ProtectionTerm? term
    )
    {
        if (state.Owner?.Job != built.Point.Job)
        {
            throw Errors.JobBackupOwned(jobName, folder.Name, state.Owner?.DisplayName ?? "nobody");
        }

        var machine = state.Machines.GetValueOrDefault(built.Point.MachineId);
        if ((machine?.NextSequence ?? 1) != built.Point.Sequence || machine?.Newest?.Id != built.Follows)
        {
            throw Errors.BackupChanged(
                folder.Name,
                $"another restore point of '{built.MachineName}' was added or removed"
            );
        }

        var draft = new RecordDraft("commit");
        draft.Open.Session = ByteString.CopyFrom(session.ToBytes());
        var edit = ChainEditor.Append(machine?.Points ?? [], built.Point, kind, transform);
        draft.Add(edit.Points[^1], built.Table, built.MachineName);
        if (term is not null)
        {
            draft.Protect(built.Point.Id, term);
        }

        var points = edit.Points.ToDictionary(point => point.Id);
        foreach (var change in edit.Changes)
        {
            draft.Change(points[change.Point]);
        }

        foreach (var segment in built.Segments)
        {
            draft.Add(segment, BackupNames.SegmentFile(segment.Id, segment.Generation));
        }

        RecordDraft.AddFrames(draft.Open.Shared, built.Shared);
        RecordDraft.AddFrames(draft.Open.Condemned, built.Unused, built.UnusedBytes);
        var own = built.Segments.Select(segment => segment.Id).ToHashSet();
        foreach (var (segment, frames) in built.References.Where(pair => !own.Contains(pair.Key)))
        {
            draft.References.Add(segment, frames);
        }

        return draft;
    }
}
