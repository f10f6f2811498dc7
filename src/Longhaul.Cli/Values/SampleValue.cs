using System.Globalization;

namespace Longhaul.Cli.Values;

/// <summary>The part that one sample reads, as people write it: <c>1/30</c>.</summary>
internal static class SampleValue
{
    private const int Most = 10_000;

    /// <summary>Understands a part.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="parts">Into how many parts the whole is divided, 1 to 10,000.</param>
    /// <returns>False when it is none. Never throws.</returns>
    public static bool TryParse(string text, out int parts)
    {
        parts = 0;
        return text.StartsWith("1/", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out parts)
            && parts is >= 1 and <= Most;
    }
}
