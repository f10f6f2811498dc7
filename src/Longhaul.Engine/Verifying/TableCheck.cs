using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Points;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>Checks the point files that visible restore points are read through.</summary>
/// <param name="tables">Reads them; has read none before.</param>
/// <param name="state">What the log says.</param>
/// <param name="damaged">Where damage goes.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class TableCheck(PointTables tables, BackupState state, DamageList damaged)
{
    /// <summary>Bytes read so far.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Checks the tables of one machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The visible points all of whose tables are sound, oldest first.</returns>
    internal async ValueTask<List<RestorePoint>> RunAsync(MachineState machine, CancellationToken cancellationToken)
    {
        var sound = machine.Points.ToList();
        var layers = machine.Points.ToDictionary(point => point.Id, point => LayersOf(machine, point));
        foreach (var table in layers.Values.SelectMany(tables => tables).Distinct().OrderBy(table => table.Sequence))
        {
            if (await CheckAsync(table, cancellationToken).ConfigureAwait(false) is { } fault)
            {
                var suffering = machine.Points.Where(point => layers[point.Id].Contains(table)).ToArray();
                damaged.Add(suffering, machine.Name, fault);
                sound.RemoveAll(suffering.Contains);
            }
        }

        foreach (var point in sound.ToArray())
        {
            if (await ViewAsync(point, layers[point.Id], cancellationToken).ConfigureAwait(false) is { } fault)
            {
                damaged.Add([point], machine.Name, fault);
                sound.Remove(point);
            }
        }

        return sound;
    }

    /// <summary>The tables a point is read through, newest first.</summary>
    private static List<TableState> LayersOf(MachineState machine, RestorePoint point)
    {
        var layers = new List<TableState>();
        foreach (var table in machine.Tables.Reverse().SkipWhile(table => table.Sequence > point.Sequence))
        {
            layers.Add(table);
            if (table.Complete)
            {
                break;
            }
        }

        return layers;
    }

    /// <summary>Reads a table from end to end, and then every page of it.</summary>
    /// <returns>What is wrong with it; null when nothing is, or when it was removed meanwhile.</returns>
    private async ValueTask<Fault?> CheckAsync(TableState table, CancellationToken cancellationToken)
    {
        try
        {
            var file = await tables.OpenAsync(table, cancellationToken).ConfigureAwait(false);
            await DecodeAsync(file, cancellationToken).ConfigureAwait(false);
            if (
                !MachineId.TryRead(file.Header.Machine.Span, out var machine)
                || machine != table.Machine
                || (long)file.Header.Sequence != table.Sequence
            )
            {
                throw Errors.DataDamaged(table.File, 0, "its header names another machine or place in the chain");
            }

            BytesRead += table.Size;
            return await tables.HashAsync(table, cancellationToken).ConfigureAwait(false) == table.Hash
                ? null
                : new Fault(table.File, 0, "its SHA-256 is not the one the log lists");
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            return Fault.Of(error);
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            return null;
        }
    }

    private static async ValueTask DecodeAsync(PointFile file, CancellationToken cancellationToken)
    {
        await file.ReadDeadListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var disk in file.Disks)
        {
            await foreach (var page in disk.NamedPagesAsync(0, cancellationToken).ConfigureAwait(false))
            {
                await disk.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Checks that a point's tables fit each other and what the log says of the point.</summary>
    private async ValueTask<Fault?> ViewAsync(
        RestorePoint point,
        List<TableState> layers,
        CancellationToken cancellationToken
    )
    {
        if (layers.Count == 0 || layers[0].Point != point.Id || !layers[^1].Complete)
        {
            return new Fault(
                $"log/{state.Number:d8}",
                0,
                $"restore point {point.Id} has no complete table to stand on"
            );
        }

        try
        {
            var view = await tables.ViewAsync(point.Id, cancellationToken).ConfigureAwait(false);
            var isSame =
                view.Header.Root.Span.SequenceEqual(point.Root.ToBytes())
                && view.Disks.Select(disk => (disk.Id, disk.Size))
                    .SequenceEqual(point.Disks.Select(disk => (disk.Id, disk.Size.Bytes)));
            return isSame
                ? null
                : new Fault(layers[0].File, 0, "its header does not say what the log says of the point");
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            return Fault.Of(error);
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            return null;
        }
    }
}
