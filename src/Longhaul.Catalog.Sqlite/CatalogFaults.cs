using Longhaul.Core;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite;

/// <summary>Turns what SQLite reports into errors an operator can look up; everything else stays what it is.</summary>
/// <param name="file">The database file.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class CatalogFaults(string file)
{
    // Result codes: https://sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Finds the operator's error for an exception, looking through those that wrap it.</summary>
    /// <param name="error">What was thrown.</param>
    /// <returns>Null when it is not for an operator: a broken promise of ours.</returns>
    public LonghaulException? Translate(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case LonghaulException known:
                    return known;
                case SqliteException sqlite:
                    return Translate(sqlite);
                case IOException or UnauthorizedAccessException:
                    return Errors.CatalogUnreachable(file, inner);
            }
        }

        return null;
    }

    private LonghaulException? Translate(SqliteException error) =>
        error.SqliteErrorCode switch
        {
            Busy or Locked => Errors.CatalogBusy(file, error),
            Corrupt or NotADatabase => Errors.CatalogDamaged(file, error),
            ReadOnly or InputOutput or Full or CannotOpen => Errors.CatalogUnreachable(file, error),
            _ => null,
        };
}
