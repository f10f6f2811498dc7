using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>A device that does not keep what it was given is noticed.</summary>
public sealed class FlushErrorTests
{
    [Fact]
    public async Task A_flush_that_fails_in_the_repository_fails_the_run()
    {
        using var site = await KilledSite.MakeAsync(seed: 6, "nightly");
        var all = await site.Strace.CountAsync("fsync,fdatasync", site.Line);

        // After the last record only the lease is given back, and nothing is lost with it.
        var flushes = all.Where(site.IsInRepository).ToList();
        flushes = flushes[..(1 + flushes.FindLastIndex(call => call.Line.Contains("/log", StringComparison.Ordinal)))];
        Assert.NotEmpty(flushes);
        var noticed = 0;

        foreach (var strike in KillCount.Sample(flushes, usual: 5))
        {
            site.RollBack();
            var outcome = await site.Strace.StrikeAsync(strike, "error=EIO", site.Line);
            var isInRepository = site.Strace.Struck().Any(site.IsInRepository);
            var isLease = site.Strace.Struck().Any(path => path.Contains("/leases", StringComparison.Ordinal));

            if (isInRepository && (!isLease || outcome.ExitCode != 0))
            {
                Assert.Contains("store.io", outcome.Ended(1).Output, StringComparison.Ordinal);
                Assert.NotNull(outcome.Document.GetRawText());
                noticed++;
            }

            await site.CheckAsync();
        }

        Assert.True(noticed > 0, $"none of {flushes.Count} flushes was noticed");
    }
}
