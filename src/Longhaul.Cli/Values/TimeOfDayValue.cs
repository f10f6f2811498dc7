using System.Globalization;

namespace Longhaul.Cli.Values;

/// <summary>Times of day as people write them: <c>00:00</c> to <c>23:59</c>.</summary>
internal static class TimeOfDayValue
{
    private const string Pattern = "HH:mm";

    /// <summary>Understands a time of day.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="time">The time.</param>
    /// <returns>False when it is none. Never throws.</returns>
    public static bool TryParse(string text, out TimeOnly time) =>
        TimeOnly.TryParseExact(text, Pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>Writes a time of day; seconds are cut off.</summary>
    /// <param name="time">The time.</param>
    public static string Format(TimeOnly time) => time.ToString(Pattern, CultureInfo.InvariantCulture);
}
