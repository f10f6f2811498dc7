using Longhaul.Catalog.Json;
using Longhaul.Catalog.Machines;
using Longhaul.Core;
using Longhaul.Core.Machines;
using Microsoft.Data.Sqlite;

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
        if (
            await work.IsTakenAsync("machines", machine.Name, machine.Id.ToString(), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            throw Errors.MachineExists(machine.Name);
        }

        await work.PutAsync(
                "machines",
                [("Id", machine.Id.ToString())],
                [
                    ("Name", machine.Name),
                    ("Disks", ColumnText.Write(machine.Disks, CatalogJsonContext.Default.IReadOnlyListMachineDisk)),
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(MachineId id, CancellationToken cancellationToken) =>
        await work.ExecuteAsync("DELETE FROM machines WHERE Id = $id", [("$id", id.ToString())], cancellationToken)
            .ConfigureAwait(false) > 0;

    private static Machine Read(SqliteDataReader row) =>
        new(
            ColumnText.Id<Machine>(row.GetString(0)),
            row.GetString(1),
            ColumnText.Read(row.GetString(2), CatalogJsonContext.Default.IReadOnlyListMachineDisk)
        );
}
