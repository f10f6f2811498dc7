using System.Globalization;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>How many places a test strikes: few in an ordinary run, all when <c>LONGHAUL_KILLS=all</c>.</summary>
internal static class KillCount
{
    /// <summary>Picks places evenly out of all.</summary>
    /// <param name="all">All places, in order.</param>
    /// <param name="usual">How many of them in an ordinary run; <c>LONGHAUL_KILLS</c> multiplies it.</param>
    public static IEnumerable<Strike> Sample(IReadOnlyList<Strike> all, int usual)
    {
        var wanted = Math.Min(Times(usual), all.Count);
        return Enumerable.Range(0, wanted).Select(index => all[(int)((long)index * all.Count / wanted)]);
    }

    /// <summary>How often a test repeats itself.</summary>
    /// <param name="usual">In an ordinary run; <c>LONGHAUL_KILLS</c> multiplies it, <c>all</c> by a hundred.</param>
    public static int Times(int usual) =>
        Environment.GetEnvironmentVariable("LONGHAUL_KILLS") switch
        {
            "all" => usual * 100,
            { Length: > 0 } factor => usual * int.Parse(factor, CultureInfo.InvariantCulture),
            _ => usual,
        };
}
