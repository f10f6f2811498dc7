using System.Globalization;

namespace Longhaul.Core.Jobs;

/// <summary>The seed that a copy job waits for: its first run went to a folder that is carried to the target.</summary>
/// <remarks>A matter of the installation that made it: kept in its catalog, and not in the log of a backup.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record AwaitedSeed
{
    /// <summary>The folder it was made in, an absolute path; for people: the seed travels.</summary>
    public required string Folder { get; init; }

    /// <summary>Since when the job waits, UTC.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The seed's backup; null while it is being made.</summary>
    public BackupId? Backup { get; init; }

    /// <summary>The restore points it is made from: their backup keeps each until the machine's first copy after mapping.</summary>
    public required IReadOnlyList<PointId> Points { get; init; }

    /// <summary>Whether the job was mapped to it: it waits no more, and its points are kept until they are copied upon.</summary>
    public bool IsMapped { get; init; }

    /// <summary>Why a run has nothing to do, one sentence.</summary>
    /// <param name="job">The job's name.</param>
    public string Describe(string job) =>
        Backup is null
            ? $"its seed in {Folder} is not finished: 'longhaul seed create {job} --to {Folder}' goes on with it; "
                + $"'longhaul job run {job} --full' gives it up"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"it awaits the seed that was made in {Folder} on {Since:yyyy-MM-dd HH:mm} UTC: 'longhaul seed receive' it at the "
            ) + $"target, then 'longhaul job map {job}'; 'longhaul job run {job} --full' gives it up";
}
