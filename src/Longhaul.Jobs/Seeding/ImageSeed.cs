using Longhaul.Core.Backups;

namespace Longhaul.Jobs.Seeding;

/// <summary>A seed that was made.</summary>
/// <param name="Backup">Its folder's name.</param>
/// <param name="BackupId">Its id.</param>
/// <param name="Point">Its restore point.</param>
/// <param name="BytesRead">Bytes read of the images.</param>
/// <param name="BytesWritten">Bytes written to the repository.</param>
/// <param name="IsResumed">Whether it went on from where an interrupted call was.</param>
/// <param name="WasThere">Whether an earlier call had made it: nothing was done.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ImageSeed(
    string Backup,
    BackupId BackupId,
    RestorePoint Point,
    long BytesRead,
    long BytesWritten,
    bool IsResumed,
    bool WasThere
);
