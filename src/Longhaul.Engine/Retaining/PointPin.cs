using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Retaining;

/// <summary>Says whether retention leaves a restore point alone: one log record.</summary>
public static class PointPin
{
    /// <summary>Pins a point, or lets it go.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="point">The point.</param>
    /// <param name="reason">Why it is kept; none: retention decides from here on.</param>
    /// <param name="cancellationToken">Cancels the call before the record is put.</param>
    /// <returns>Why it was kept before.</returns>
    /// <exception cref="LonghaulException">point.not-found: it is gone; store errors.</exception>
    public static async ValueTask<PinReason> SetAsync(
        BackupFolder folder,
        PointId point,
        PinReason reason,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(folder);
        var before = PinReason.None;
        await folder
            .CommitAsync(
                state =>
                {
                    var there = state.FindPoint(point) ?? throw Errors.PointNotFound(point.ToString());
                    before = there.Pin;
                    if (before == reason)
                    {
                        return null;
                    }

                    var draft = new RecordDraft(reason == PinReason.None ? "unpin" : "pin");
                    draft.Change(there with { Pin = reason });
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return before;
    }
}
