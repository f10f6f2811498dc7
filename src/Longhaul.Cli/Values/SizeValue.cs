using System.Globalization;

namespace Longhaul.Cli.Values;

/// <summary>Sizes as people write them: <c>10GiB</c>, <c>512KiB</c>, <c>1.5TiB</c>, <c>100MB</c>, <c>4096</c>.</summary>
/// <remarks><c>KiB</c> is 1,024 bytes, <c>KB</c> 1,000; a bare number is bytes. Case does not matter.</remarks>
internal static class SizeValue
{
    private static readonly (string Unit, decimal Bytes)[] s_units =
    [
        ("kib", 1L << 10),
        ("mib", 1L << 20),
        ("gib", 1L << 30),
        ("tib", 1L << 40),
        ("pib", 1L << 50),
        ("kb", 1_000L),
        ("mb", 1_000_000L),
        ("gb", 1_000_000_000L),
        ("tb", 1_000_000_000_000L),
        ("pb", 1_000_000_000_000_000L),
        ("b", 1),
    ];

    /// <summary>Understands a size.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="bytes">The size in bytes, 0 or more; a fraction of a byte is cut off.</param>
    /// <returns>False when it is none, or too large. Never throws.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        var trimmed = text.Trim().ToLowerInvariant();
        foreach (var (unit, factor) in s_units)
        {
            if (trimmed.EndsWith(unit, StringComparison.Ordinal))
            {
                return TryScale(trimmed[..^unit.Length], factor, out bytes);
            }
        }

        return long.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out bytes);
    }

    /// <summary>Writes a size so that a person can read it and <see cref="TryParse"/> too.</summary>
    /// <param name="bytes">Bytes, 0 or more.</param>
    /// <returns>At most one decimal; exact when the size is a whole number of its unit.</returns>
    public static string Format(long bytes)
    {
        var unit = -1;
        while (unit < 4 && bytes >= s_units[unit + 1].Bytes)
        {
            unit++;
        }

        return unit < 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes}B")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{bytes / s_units[unit].Bytes:0.#}{s_units[unit].Unit[..1].ToUpperInvariant()}iB"
            );
    }

    /// <summary>Multiplies a number as written by a unit.</summary>
    /// <param name="number">Digits with at most one point.</param>
    /// <param name="factor">What one of the unit is worth.</param>
    /// <param name="product">The whole part of the product.</param>
    /// <returns>False when it is no such number, or the product is too large.</returns>
    internal static bool TryScale(string number, decimal factor, out long product)
    {
        product = 0;
        if (
            !decimal.TryParse(
                number.Trim(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var count
            )
            || count > long.MaxValue / factor
        )
        {
            return false;
        }

        product = (long)decimal.Truncate(count * factor);
        return true;
    }
}
