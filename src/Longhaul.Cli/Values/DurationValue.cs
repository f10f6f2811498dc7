using System.Globalization;
using System.Text;

namespace Longhaul.Cli.Values;

/// <summary>Durations as people write them: <c>1d</c>, <c>12h</c>, <c>1d12h</c>, <c>90m</c>, <c>30s</c>.</summary>
internal static class DurationValue
{
    private static readonly (char Unit, long Seconds)[] s_units =
    [
        ('w', 7 * 86_400),
        ('d', 86_400),
        ('h', 3_600),
        ('m', 60),
        ('s', 1),
    ];

    /// <summary>Understands a duration: whole numbers, each with a unit (w d h m s), larger units first.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="duration">The duration, 0 or more.</param>
    /// <returns>False when it is none, or above 100 years. Never throws.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        var rest = text.Trim().ToLowerInvariant().AsSpan();
        var seconds = 0L;
        var next = 0;
        var any = false;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 10 || !TryFindUnit(rest[digits], ref next, out var factor))
            {
                return false;
            }

            seconds += long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * factor;
            rest = rest[(digits + 1)..];
            any = true;
        }

        if (!any || seconds > 36_525L * 86_400)
        {
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Writes a duration so that a person can read it and <see cref="TryParse"/> too.</summary>
    /// <param name="duration">0 or more; parts of a second are cut off.</param>
    public static string Format(TimeSpan duration)
    {
        var left = (long)duration.TotalSeconds;
        var text = new StringBuilder();
        foreach (var (unit, seconds) in s_units.Skip(1))
        {
            if (left >= seconds)
            {
                text.Append(CultureInfo.InvariantCulture, $"{left / seconds}{unit}");
                left %= seconds;
            }
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    private static bool TryFindUnit(char letter, ref int next, out long seconds)
    {
        for (var i = next; i < s_units.Length; i++)
        {
            if (s_units[i].Unit == letter)
            {
                next = i + 1;
                seconds = s_units[i].Seconds;
                return true;
            }
        }

        seconds = 0;
        return false;
    }
}
