using System.Globalization;
using System.Text;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>Many machines, jobs of every method, and accidents, for as long as <c>LONGHAUL_SOAK_MINUTES</c> says (5).</summary>
/// <remarks>The seed decides what is done; how the processes of a round meet is the system's, so the same seed need not
/// find the same mistake again. What was found stays in its folder.</remarks>
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Usual = 5;

    private static readonly CompositeFormat s_found = CompositeFormat.Parse(
        "LONGHAUL_SEED={0}, round {1}: {2}\nwhat lies there: {3}\nwhat came before:\n{4}"
    );

    [Fact]
    public async Task Whatever_happens_no_point_is_lost_and_nothing_is_left_behind()
    {
        var seed = SeedOf.Test(output);
        var minutes = int.Parse(
            Environment.GetEnvironmentVariable("LONGHAUL_SOAK_MINUTES") is { Length: > 0 } given ? given : $"{Usual}",
            CultureInfo.InvariantCulture
        );
        await using var estate = await SoakEstate.MakeAsync(seed);
        var start = TimeProvider.System.GetTimestamp();
        var soak = new Soak(estate, new Random(seed));
        try
        {
            do
            {
                await soak.PlayAsync();
            } while (soak.Struck == 0 || TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromMinutes(minutes));

            await soak.EndAsync();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var before = string.Join('\n', soak.Diary.TakeLast(40));
            var message = string.Format(
                CultureInfo.InvariantCulture,
                s_found,
                seed,
                soak.Round,
                error.Message,
                estate.Keep(),
                before
            );
            throw new InvalidOperationException(message, error);
        }

        output.WriteLine(soak.Summary);
    }
}
