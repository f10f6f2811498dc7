namespace Longhaul.Cli.Output;

/// <summary>What <c>seed from-image</c> prints.</summary>
/// <param name="Backup">The seed's name.</param>
/// <param name="BackupId">Its id.</param>
/// <param name="Repository">Where it lies.</param>
/// <param name="Job">The job that may be mapped to it.</param>
/// <param name="JobId">That job's id.</param>
/// <param name="Machine">The machine.</param>
/// <param name="MachineId">Its id in the seed.</param>
/// <param name="Point">Its restore point.</param>
/// <param name="Created">Of when that is.</param>
/// <param name="SizeBytes">Bytes of the images' disks.</param>
/// <param name="BlockSize">Block size in bytes.</param>
/// <param name="Encrypted">Whether it is encrypted.</param>
/// <param name="BytesRead">Bytes read of the images.</param>
/// <param name="BytesWritten">Bytes written to the repository.</param>
/// <param name="Resumed">Whether it went on from where an interrupted call was.</param>
/// <param name="WasThere">Whether an earlier call had made it: nothing was done.</param>
/// <param name="Next">The command to run next.</param>
internal sealed record ImageSeedDocument(
    string Backup,
    string BackupId,
    string Repository,
    string Job,
    string JobId,
    string Machine,
    string MachineId,
    string Point,
    DateTimeOffset Created,
    long SizeBytes,
    int BlockSize,
    bool Encrypted,
    long BytesRead,
    long BytesWritten,
    bool Resumed,
    bool WasThere,
    string Next
);
