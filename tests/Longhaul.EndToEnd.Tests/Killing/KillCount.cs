using System.Globalization;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>How many places a test strikes: few in an ordinary run, all when <c>LONGHAUL_KILLS=all</c>.</summary>
internal static class KillCount
{
    private const string All = "all";

    private static string? Wanted => Environment.GetEnvironmentVariable("LONGHAUL_KILLS");

    /// <summary>Picks places evenly out of all those of each kind of call, the first and the last among them.</summary>
    /// <param name="all">All places, in order.</param>
    /// <param name="usual">How many of each kind in an ordinary run, at least 2; <c>LONGHAUL_KILLS</c> multiplies it.</param>
    public static IEnumerable<Strike> Sample(IReadOnlyList<Strike> all, int usual) =>
        Wanted == All ? all : all.GroupBy(place => place.Call).SelectMany(kind => Spread([.. kind], Times(usual)));

    /// <summary>How often a test repeats itself.</summary>
    /// <param name="usual">In an ordinary run; <c>LONGHAUL_KILLS</c> multiplies it, <c>all</c> by a hundred.</param>
    public static int Times(int usual) =>
        Wanted switch
        {
            All => usual * 100,
            { Length: > 0 } factor => usual * int.Parse(factor, CultureInfo.InvariantCulture),
            _ => usual,
        };

    private static IEnumerable<Strike> Spread(Strike[] places, int wanted) =>
        places.Length <= wanted
            ? places
            : Enumerable.Range(0, wanted).Select(index => places[index * (places.Length - 1L) / (wanted - 1)]);
}
