using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <summary>A backup as one may see it whose password was changed or taken away since.</summary>
/// <remarks>
/// <para>What he can check is what the log said while his list key held. What it says later nobody vouches for to him, so that
/// he takes from it only what takes away or moves: points that are gone, and segments that were written again. Names, digests
/// and tables are those he has checked.</para>
/// <para>Source: docs/format.md, section "Encryption".</para>
/// </remarks>
internal static class OlderView
{
    /// <summary>Puts the two together.</summary>
    /// <param name="then">The state after the last record under his list key.</param>
    /// <param name="now">The state after the newest record, of which he has checked nothing.</param>
    internal static BackupState Of(BackupState then, BackupState now)
    {
        var machines = now.Machines.RemoveRange(now.Machines.Keys.Where(id => !then.Machines.ContainsKey(id)));
        machines = machines.SetItems(
            machines.Select(pair => KeyValuePair.Create(pair.Key, Of(then.Machines[pair.Key], pair.Value)))
        );
        return now with
        {
            Owner = then.Owner,
            JobDefinition = then.JobDefinition,
            Machines = machines,
            MachineOf = now.MachineOf.RemoveRange(now.MachineOf.Keys.Where(id => !then.MachineOf.ContainsKey(id))),
        };
    }

    private static MachineState Of(MachineState then, MachineState now)
    {
        var points = then.Points.ToDictionary(point => point.Id);
        var tables = then.Tables.ToDictionary(table => table.Point);
        return now with
        {
            Name = then.Name,
            Points = [.. now.Points.Where(point => points.ContainsKey(point.Id)).Select(point => points[point.Id])],
            Tables =
            [
                .. now.Tables.Where(table => tables.ContainsKey(table.Point)).Select(table => tables[table.Point]),
            ],
        };
    }
}
