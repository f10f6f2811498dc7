using System.Globalization;

namespace Longhaul.Cli.Values;

/// <summary>Instants as people write them: ISO 8601; without an offset they are UTC.</summary>
internal static class InstantValue
{
    private static readonly string[] s_patterns =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
    ];

    /// <summary>Understands an instant.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="instant">The instant, UTC.</param>
    /// <returns>False when it is none. Never throws.</returns>
    public static bool TryParse(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
            text.Trim(),
            s_patterns,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out instant
        );

    /// <summary>Writes an instant for JSON: UTC, milliseconds.</summary>
    /// <param name="instant">The instant.</param>
    public static string Format(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes an instant for people: UTC, seconds.</summary>
    /// <param name="instant">The instant.</param>
    public static string FormatShort(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes a day, for JSON and for people.</summary>
    /// <param name="day">The day.</param>
    public static string Format(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
