using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Backups;

/// <summary>Looks whether the files that a backup's points need are there, by name and length.</summary>
/// <remarks>One listing; no file is opened. What is inside them is verify's matter.</remarks>
public static class StructureCheck
{
    /// <summary>Lists what is missing.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One clause per file, at most 100; empty when everything is there.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public static async ValueTask<IReadOnlyList<string>> FindFaultsAsync(
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        const int Most = 100;
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
        await foreach (var file in backup.Folder.Store.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if (needed.Remove(file.Name, out var size) && size != file.Length)
            {
                faults.Add($"{file.Name} has {file.Length} bytes, {size} are listed");
            }
        }

        return
        [
            .. needed.Keys.Order(StringComparer.Ordinal).Select(name => $"{name} is missing").Concat(faults).Take(Most),
        ];
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
