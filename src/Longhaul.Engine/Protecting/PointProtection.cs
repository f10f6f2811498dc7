using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Protecting;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Protecting;

/// <summary>Protects the points that a job made before it was told to protect them: one log record.</summary>
/// <remarks>A point that ever was protected is not protected again: its time is over.</remarks>
public static class PointProtection
{
    /// <summary>Protects them.</summary>
    /// <param name="folder">The job's backup.</param>
    /// <param name="job">The job.</param>
    /// <param name="term">From when until when.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>How many points were not protected before.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public static async ValueTask<int> ProtectAsync(
        BackupFolder folder,
        JobDefinition job,
        ProtectionTerm term,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(job);
        var count = 0;
        await folder
            .CommitAsync(
                state =>
                {
                    var draft = new RecordDraft("protect");
                    foreach (
                        var point in state.Points.Where(point => point.Job == job.Id && point.ProtectedUntil is null)
                    )
                    {
                        draft.Protect(point.Id, term);
                    }

                    count = draft.Open.Protections.Count;
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return count;
    }
}
