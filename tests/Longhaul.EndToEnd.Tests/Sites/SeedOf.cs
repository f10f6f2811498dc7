using System.Globalization;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>The seed of a test that does something else each time.</summary>
internal static class SeedOf
{
    /// <summary>Takes <c>LONGHAUL_SEED</c>, or one from the clock, and prints it.</summary>
    /// <param name="output">Where it is printed.</param>
    public static int Test(ITestOutputHelper output)
    {
        var given = Environment.GetEnvironmentVariable("LONGHAUL_SEED");
        var seed = string.IsNullOrEmpty(given)
            ? (int)(TimeProvider.System.GetUtcNow().Ticks % 1_000_000_007)
            : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"LONGHAUL_SEED={seed}");
        return seed;
    }
}
