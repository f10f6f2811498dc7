using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite;

/// <summary>Opens connections the way every one of them must be opened.</summary>
internal static class CatalogConnection
{
    /// <summary>Opens a connection.</summary>
    /// <param name="connectionString">Which database.</param>
    /// <param name="busyTimeout">How long SQLite itself waits for a lock.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    public static async ValueTask<SqliteConnection> OpenAsync(
        string connectionString,
        TimeSpan busyTimeout,
        CancellationToken cancellationToken
    )
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            var milliseconds = ((long)busyTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            Execute(connection, $"PRAGMA busy_timeout = {milliseconds}; PRAGMA synchronous = FULL;");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads the schema version the file carries; 0 in a new file.</summary>
    /// <param name="connection">An open connection.</param>
    public static long UserVersion(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version;";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Runs a statement that concerns the connection rather than the data.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="statement">A constant, or made of numbers only.</param>
    public static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
