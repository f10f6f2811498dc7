using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Backups;

/// <summary>Looks whether the files that a backup's points need are there, by name and length.</summary>
/// <remarks>One listing; no file is opened. What is inside them is verify's matter.</remarks>
public static class StructureCheck
{
    private const int MostRecordsNamed = 10_000;

    /// <summary>Lists what is missing.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One clause per file; empty when everything is there.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public static async ValueTask<IReadOnlyList<string>> FindFaultsAsync(
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        var state = backup.Folder.State;
        var needed = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var segment in state.Segments.Values.Where(segment => !segment.IsDead))
        {
            needed[BackupNames.SegmentFile(segment.Id, segment.Generation)] = segment.Size;
        }

        foreach (var table in state.Machines.Values.SelectMany(NeededTables))
        {
            needed[table.File] = table.Size;
        }

        var faults = new List<string>();
        foreach (var under in new[] { BackupNames.PointsFolder, BackupNames.SegmentsFolder })
        {
            await foreach (var file in backup.Folder.Store.ListAsync(under, cancellationToken).ConfigureAwait(false))
            {
                if (needed.Remove(file.Name, out var size) && size != file.Length)
                {
                    faults.Add($"{file.Name} has {file.Length} bytes, {size} are listed");
                }
            }
        }

        return [.. needed.Keys.Order(StringComparer.Ordinal).Select(name => $"{name} is missing").Concat(faults)];
    }

    /// <summary>Lists what is missing, while jobs may be at work: a run may have let go of a file since the log was read, and
    /// then the log says so by now.</summary>
    /// <param name="backup">The backup; read on where something is missing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As <see cref="FindFaultsAsync"/>.</returns>
    /// <exception cref="LonghaulException">data.missing: the backup is being deleted; data and store errors.</exception>
    public static async ValueTask<IReadOnlyList<string>> FindSettledFaultsAsync(
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var faults = await FindFaultsAsync(backup, cancellationToken).ConfigureAwait(false);
            var number = backup.Folder.State.Number;
            if (faults.Count > 0)
            {
                await backup.Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
                var there = backup.Folder.Store.GetLengthAsync(BackupNames.Backup, cancellationToken);
                _ = await there.ConfigureAwait(false) ?? throw Errors.DataMissing(BackupNames.Backup);
            }

            if (backup.Folder.State.Number == number)
            {
                return faults;
            }
        }
    }

    /// <summary>Lists the records that are missing before the newest one that is there.</summary>
    /// <remarks>A backup is opened from its newest whole record on. No restore point needs what lies before that, but a folder
    /// that lacks it was not carried whole.</remarks>
    /// <param name="folder">The backup's folder.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One clause per record.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public static async ValueTask<IReadOnlyList<string>> FindGapsAsync(
        IObjectStore folder,
        CancellationToken cancellationToken
    )
    {
        var there = new SortedSet<long>();
        await foreach (var file in folder.ListAsync(BackupNames.LogFolder, cancellationToken).ConfigureAwait(false))
        {
            if (BackupNames.TryParseRecord(file.Name, out var number))
            {
                there.Add(number);
            }
        }

        var gaps = new List<string>();
        var next = 1L;
        foreach (var number in there)
        {
            if (number - next > MostRecordsNamed)
            {
                // A strange number must not make a list of millions.
                gaps.Add($"{BackupNames.Record(next)} to {BackupNames.Record(number - 1)} are missing");
                next = number;
            }

            for (; next < number; next++)
            {
                gaps.Add($"{BackupNames.Record(next)} is missing");
            }

            next = number + 1;
        }

        return gaps;
    }

    private static IEnumerable<TableState> NeededTables(MachineState machine)
    {
        if (machine.Points.Length == 0)
        {
            return [];
        }

        var oldest = machine.Points[0].Sequence;
        var bottom = machine.Tables.LastOrDefault(table => table.Complete && table.Sequence <= oldest)?.Sequence ?? 0;
        return machine.Tables.Where(table => table.Sequence >= bottom);
    }
}
