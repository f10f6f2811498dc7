using System.Diagnostics.CodeAnalysis;
using Longhaul.Core;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite;

/// <summary>Runs plain statements: the first one through EF Core costs a short command more than all the rest of it.</summary>
/// <param name="connection">An open connection.</param>
/// <param name="transaction">The transaction on it; null after its commit.</param>
/// <param name="faults">Translates errors.</param>
/// <param name="trace">Gets every statement; null for nobody.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class CatalogQuery(
    SqliteConnection connection,
    Func<SqliteTransaction?> transaction,
    CatalogFaults faults,
    Action<string>? trace
)
{
    /// <summary>Runs a query to its end.</summary>
    /// <typeparam name="T">What a row becomes.</typeparam>
    /// <param name="sql">A constant; values go into parameters.</param>
    /// <param name="parameters">By name, <c>$key</c>; null is SQL's.</param>
    /// <param name="read">Turns the present row into a value.</param>
    /// <param name="cancellationToken">Cancels between rows.</param>
    /// <returns>In the query's order.</returns>
    /// <exception cref="LonghaulException">catalog.busy, catalog.damaged, catalog.unreachable.</exception>
    public async ValueTask<IReadOnlyList<T>> ListAsync<T>(
        string sql,
        IReadOnlyList<(string Name, object? Value)> parameters,
        Func<SqliteDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        trace?.Invoke(sql);
        try
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                Prepare(command, sql, parameters);
                var rows = new List<T>();
                var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        rows.Add(read(reader));
                    }
                }

                return rows;
            }
        }
        catch (SqliteException error) when (faults.Translate(error) is not null)
        {
            throw faults.Translate(error)!;
        }
    }

    /// <summary>Runs a query for at most one row.</summary>
    /// <inheritdoc cref="ListAsync"/>
    /// <returns>Null when there is no row.</returns>
    public async ValueTask<T?> FindAsync<T>(
        string sql,
        IReadOnlyList<(string Name, object? Value)> parameters,
        Func<SqliteDataReader, T> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var rows = await ListAsync(sql, parameters, read, cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Runs a statement that changes rows.</summary>
    /// <param name="sql">A constant; values go into parameters.</param>
    /// <param name="parameters">By name, <c>$key</c>; null is SQL's.</param>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    /// <returns>Rows changed.</returns>
    /// <exception cref="LonghaulException">catalog.busy, catalog.damaged, catalog.unreachable.</exception>
    public async ValueTask<int> ExecuteAsync(
        string sql,
        IReadOnlyList<(string Name, object? Value)> parameters,
        CancellationToken cancellationToken
    )
    {
        trace?.Invoke(sql);
        try
        {
            var command = connection.CreateCommand();
            await using (command.ConfigureAwait(false))
            {
                Prepare(command, sql, parameters);
                return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SqliteException error) when (faults.Translate(error) is not null)
        {
            throw faults.Translate(error)!;
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes a constant; values are parameters.")]
    private void Prepare(SqliteCommand command, string sql, IReadOnlyList<(string Name, object? Value)> parameters)
    {
        command.CommandText = sql;
        command.Transaction = transaction();
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }
    }
}
