using Longhaul.Catalog.Json;
using Longhaul.Catalog.Machines;
using Longhaul.Catalog.Sqlite.Rows;
using Longhaul.Core;
using Longhaul.Core.Machines;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Keeps machines in their table.</summary>
/// <param name="work">The transaction.</param>
internal sealed class MachineStore(SqliteCatalogWork work) : IMachineCatalog
{
    private const string SelectAll = "SELECT Id, Name, Disks FROM machines";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Machine>> ListAsync(CancellationToken cancellationToken) =>
        work.Query.ListAsync(SelectAll + " ORDER BY Name", [], Read, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Machine?> FindAsync(MachineId id, CancellationToken cancellationToken) =>
        work.Query.FindAsync(SelectAll + " WHERE Id = $id", [("$id", id.ToString())], Read, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(Machine machine, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var (key, name) = (machine.Id.ToString(), machine.Name);
        var same = await work
            .Context.Machines.Where(row => row.Id == key || row.Name == name)
            .ToListAsync(cancellationToken)
            .ConfigureAwait(false);
        if (same.Any(row => row.Id != key))
        {
            throw Errors.MachineExists(name);
        }

        var row = new MachineRow
        {
            Id = key,
            Name = name,
            Disks = ColumnText.Write(machine.Disks, CatalogJsonContext.Default.IReadOnlyListMachineDisk),
        };
        await work.PutAsync(row, same.Count > 0, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(MachineId id, CancellationToken cancellationToken)
    {
        work.DemandWritable();
        var key = id.ToString();
        return await work
                .Context.Machines.Where(row => row.Id == key)
                .ExecuteDeleteAsync(cancellationToken)
                .ConfigureAwait(false) > 0;
    }

    private static Machine Read(SqliteDataReader row) =>
        new(
            ColumnText.Id<Machine>(row.GetString(0)),
            row.GetString(1),
            ColumnText.Read(row.GetString(2), CatalogJsonContext.Default.IReadOnlyListMachineDisk)
        );
}
