using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>Ctrl-C, at a place of the test's choice.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task A_run_that_is_cancelled_ends_with_130_and_the_next_one_goes_on()
    {
        using var site = new Site(seed: 8);
        // The command before the run is a child of the program, so its parent is who gets the signal.
        await site.SetUpAsync(4L << 20);
        (await site.RunAsync("job run nightly")).Ended(0);
        (await site.RunAsync("job edit nightly --before", "kill -INT $PPID")).Ended(0);
        site.Disk.Scatter(3);

        var cancelled = (await site.RunAsync("job run nightly")).Ended(130);

        Assert.Equal("usage.cancelled", cancelled.Document.GetProperty("error").Text("code"));
        Assert.Single(await site.PointsAsync("nightly"));
        (await site.RunAsync("job edit nightly --before", "true")).Ended(0);
        (await site.RunAsync("job run nightly")).Ended(0);
        Assert.Equal(DiskFile.HashOf(site.Disk.Path), await site.RestoreNewestAsync("nightly"));
    }

    [Theory]
    [InlineData("nightly")]
    [InlineData("offsite")]
    public async Task A_run_cancelled_at_any_flush_leaves_everything_consistent(string job)
    {
        using var site = await KilledSite.MakeAsync(seed: 9, job);
        var all = await site.Strace.CountAsync("fsync", site.Line);

        var there = all.Where(site.IsInRepository).ToList();

        foreach (var strike in KillCount.Sample(there, usual: 4))
        {
            site.RollBack();
            var outcome = await site.StrikeAsync(strike, "SIGINT", exitCode: 130);

            // strace counts per thread, so that several may be struck; a second signal ends the program at once.
            if (site.Strace.Interrupts() < 2)
            {
                Assert.NotNull(outcome.Document.GetRawText());
            }
        }

        site.AssertLanded();
    }
}
