using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Seeding;

/// <summary>Finds what a finished seed consists of: everything its log lists, and nothing else.</summary>
/// <param name="backup">The seed; stays the caller's.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeedListing(OpenBackup backup)
{
    private const int MaxRecordSize = 64 << 20;

    private readonly Dictionary<string, TableState> _tables = backup
        .Folder.State.Machines.Values.SelectMany(machine => machine.Tables)
        .ToDictionary(table => table.File, StringComparer.Ordinal);

    private readonly Dictionary<string, SegmentState> _segments = backup
        .Folder.State.Segments.Values.Where(segment => !segment.IsDead)
        .ToDictionary(segment => BackupNames.SegmentFile(segment.Id, segment.Generation), StringComparer.Ordinal);

    /// <summary>Lists it, as of one part.</summary>
    /// <param name="finishedAt">When it was finished, UTC.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The list, and the names of files that lie there and do not belong: what interrupted runs left.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged: a file is not as the log lists it; store errors.</exception>
    internal async Task<(SeedList List, IReadOnlyList<string> Leavings)> RunAsync(
        DateTimeOffset finishedAt,
        CancellationToken cancellationToken
    )
    {
        var files = new List<SeedFile>();
        var leavings = new List<string>();
        await foreach (var item in backup.Folder.Store.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (await DescribeAsync(item, cancellationToken).ConfigureAwait(false) is { } file)
            {
                files.Add(file);
            }
            else if (IsOurs(item.Name))
            {
                leavings.Add(item.Name);
            }
        }

        var found = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        if (_tables.Keys.Concat(_segments.Keys).FirstOrDefault(name => !found.Contains(name)) is { } missing)
        {
            throw Errors.DataMissing(missing);
        }

        await foreach (var item in backup.Folder.Store.ListUnfinishedAsync("", cancellationToken).ConfigureAwait(false))
        {
            leavings.AddRange(IsOurs(item.Name) ? [item.Name] : []);
        }

        return (ListOf(files, finishedAt), leavings);
    }

    /// <summary>Whether a file is one that runs leave; what else lies there is somebody's, and not ours to delete.</summary>
    private static bool IsOurs(string name) =>
        BackupNames.IsData(name)
        || name.StartsWith(BackupNames.SessionsFolder, StringComparison.Ordinal)
        || name.StartsWith(BackupNames.LeasesFolder, StringComparison.Ordinal);

    private SeedList ListOf(List<SeedFile> files, DateTimeOffset finishedAt)
    {
        var state = backup.Folder.State;
        var isEncrypted = state.KeyList is not null;
        return new SeedList
        {
            Backup = backup.Folder.Descriptor.Id,
            Name = backup.Folder.Name,
            CreatedAt = finishedAt,
            Encrypted = isEncrypted,
            Parts = 1,
            Machines =
            [
                .. state
                    .Machines.Values.Where(machine => machine.Points.Length > 0)
                    .Select(machine => new SeedMachine(
                        machine.Id,
                        isEncrypted ? null : machine.Name,
                        [.. machine.Points.Select(point => new SeedPoint(point.Id, point.CreatedAt, point.SourcePoint))]
                    )),
            ],
            Files = files,
        };
    }

    private async ValueTask<SeedFile?> DescribeAsync(StoredObject item, CancellationToken cancellationToken)
    {
        if (_tables.TryGetValue(item.Name, out var table))
        {
            return Require(item, table.Size, table.Hash, frames: null);
        }

        if (_segments.TryGetValue(item.Name, out var segment))
        {
            return Require(item, segment.Size, segment.Identity, segment.Frames);
        }

        if (
            item.Name != BackupNames.Backup
            && !BackupNames.TryParseRecord(item.Name, out _)
            && !BackupNames.TryParseKeyList(item.Name, out _)
        )
        {
            return null;
        }

        var bytes =
            await backup.Folder.Store.ReadWholeAsync(item.Name, MaxRecordSize, cancellationToken).ConfigureAwait(false)
            ?? throw Errors.DataMissing(item.Name);
        return new SeedFile(item.Name, 1, bytes.Length, Digest.Of(bytes), Frames: null);
    }

    private static SeedFile Require(StoredObject item, long size, Digest digest, int? frames) =>
        item.Length == size
            ? new SeedFile(item.Name, 1, size, digest, frames)
            : throw Errors.DataDamaged(
                item.Name,
                Math.Min(item.Length, size),
                $"it has {item.Length} bytes, {size} are listed"
            );
}
