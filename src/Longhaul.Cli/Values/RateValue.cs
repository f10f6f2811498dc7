namespace Longhaul.Cli.Values;

/// <summary>Rates as people write them: <c>20MiB</c> (bytes a second) or <c>20Mbit</c>, with or without <c>/s</c>.</summary>
internal static class RateValue
{
    private static readonly (string Unit, decimal BytesPerSecond)[] s_bits =
    [
        ("kbit", 1_000m / 8),
        ("mbit", 1_000_000m / 8),
        ("gbit", 1_000_000_000m / 8),
        ("bit", 1m / 8),
    ];

    /// <summary>Understands a rate.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="bytesPerSecond">The rate in bytes a second, 1 or more.</param>
    /// <returns>False when it is none, too large, or below one byte a second. Never throws.</returns>
    public static bool TryParse(string text, out long bytesPerSecond)
    {
        var trimmed = text.Trim().ToLowerInvariant();
        if (trimmed.EndsWith("/s", StringComparison.Ordinal))
        {
            trimmed = trimmed[..^2];
        }

        foreach (var (unit, factor) in s_bits)
        {
            if (trimmed.EndsWith(unit, StringComparison.Ordinal))
            {
                return SizeValue.TryScale(trimmed[..^unit.Length], factor, out bytesPerSecond) && bytesPerSecond > 0;
            }
        }

        return SizeValue.TryParse(trimmed, out bytesPerSecond) && bytesPerSecond > 0;
    }

    /// <summary>Writes a rate so that a person can read it and <see cref="TryParse"/> too.</summary>
    /// <param name="bytesPerSecond">Bytes a second, 0 or more.</param>
    public static string Format(long bytesPerSecond) => SizeValue.Format(bytesPerSecond) + "/s";
}
