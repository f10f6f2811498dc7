using System.Globalization;

namespace Longhaul.Cli.Values;

/// <summary>Whole numbers within bounds.</summary>
internal static class CountValue
{
    /// <summary>Makes a parser.</summary>
    /// <param name="least">The smallest number allowed.</param>
    /// <param name="most">The largest number allowed.</param>
    public static ValueParser<int> Parser(int least, int most = int.MaxValue) =>
        (text, out value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value >= least
            && value <= most;
}
