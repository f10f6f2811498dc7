using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Longhaul.Core;
using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Sqlite.Stores;

/// <summary>Turns values into what columns hold, and back. A column that holds something else is damage.</summary>
internal static class ColumnText
{
    /// <summary>Writes a value as JSON.</summary>
    public static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    /// <summary>Reads a value from JSON.</summary>
    /// <exception cref="LonghaulException">catalog.damaged: it is no such JSON.</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw Errors.CatalogDamaged(SqliteCatalog.FileName, error);
        }
    }

    /// <summary>Reads an id.</summary>
    /// <exception cref="LonghaulException">catalog.damaged: it is no id.</exception>
    public static Id<TOf> Id<TOf>(string text) =>
        Core.Id<TOf>.TryParse(text, out var id)
            ? id
            : throw Errors.CatalogDamaged(SqliteCatalog.FileName, new FormatException($"'{text}' is no id."));

    /// <summary>Reads an id that is all zero where there is none.</summary>
    /// <exception cref="LonghaulException">catalog.damaged: it is neither.</exception>
    public static Id<TOf> IdOrEmpty<TOf>(string text) => text == default(Id<TOf>).ToString() ? default : Id<TOf>(text);

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public static long Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>Milliseconds since 1970-01-01 UTC; null for none.</summary>
    public static long? OptionalTime(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds();

    /// <summary>The instant, UTC.</summary>
    public static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>A text that may be missing.</summary>
    public static string? Optional(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>An instant that may be missing.</summary>
    public static DateTimeOffset? OptionalTime(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : Time(row.GetInt64(column));
}
