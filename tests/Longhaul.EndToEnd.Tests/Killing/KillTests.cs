using Xunit;

namespace Longhaul.EndToEnd.Tests.Killing;

/// <summary>The real program is killed before a system call; every earlier point survives, and the next run goes on.</summary>
/// <remarks>Source: docs/format.md, last row of the table of bounds.</remarks>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Killed = 137;
    private const string Writes = "pwrite64,pwritev,write,ftruncate";
    private const string Flushes = "fsync,fdatasync";
    private const string Names = "renameat2,rename,link,linkat,mkdir,mkdirat";
    private const string Removals = "unlink,unlinkat,rmdir";
    private const string Reads = "openat,pread64,lseek,getdents64,flock,futex,read";

    [Theory]
    [InlineData("nightly", Writes)]
    [InlineData("nightly", Flushes)]
    [InlineData("nightly", Names)]
    [InlineData("nightly", Removals)]
    [InlineData("offsite", Writes)]
    [InlineData("offsite", Flushes)]
    [InlineData("offsite", Names)]
    [InlineData("offsite", Removals)]
    public async Task A_run_killed_at_any_call_loses_nothing(string job, string calls)
    {
        using var site = await KilledSite.MakeAsync(seed: 4, job);
        var all = await site.Strace.CountAsync(calls, site.Line);
        Assert.NotEmpty(all);

        // Most calls are for the home, and for files of the runtime.
        var (there, elsewhere) = (
            all.Where(site.IsInRepository).ToList(),
            all.Where(call => !site.IsInRepository(call))
        );
        foreach (var strike in KillCount.Sample(there, usual: 2).Concat(KillCount.Sample([.. elsewhere], usual: 2)))
        {
            site.RollBack();
            await site.StrikeAsync(strike, "SIGKILL", Killed);
        }

        output.WriteLine($"{site.Landed} kills landed, {site.LandedInRepository} in the repository");

        // Of the writes, those for the home come first in every thread's count, and hide the repository's.
        if (calls == Writes)
        {
            Assert.True(site.Landed > 0, "every run had ended before");
        }
        else
        {
            site.AssertLanded();
        }
    }

    [Theory]
    [InlineData("nightly")]
    [InlineData("offsite")]
    public async Task A_run_killed_while_it_compacts_loses_nothing(string job)
    {
        using var site = await KilledSite.MakeAsync(seed: 6, job, compacts: true);
        var all = await site.Strace.CountAsync($"{Writes},{Flushes},{Names}", site.Line);
        var fromThereOn = all.SkipWhile(call => !site.IsOfCompaction(call)).Where(site.IsInRepository).ToList();
        Assert.NotEmpty(fromThereOn);

        foreach (var strike in KillCount.Sample(fromThereOn, usual: 3))
        {
            site.RollBack();
            await site.StrikeAsync(strike, "SIGKILL", Killed);
        }

        output.WriteLine($"{site.Landed} kills landed, {site.LandedInRepository} in the repository");
        site.AssertLanded();
    }

    /// <summary>The damage of each kill is the next one's beginning.</summary>
    [Fact]
    public async Task Runs_killed_again_and_again_lose_nothing()
    {
        var random = new Random(5);
        using var site = await KilledSite.MakeAsync(seed: 5, "nightly");
        var all = await site.Strace.CountAsync($"{Writes},{Flushes},{Names},{Removals},{Reads}", site.Line);
        await site.RememberNewestAsync();

        for (var round = 0; round < KillCount.Times(8); round++)
        {
            site.Disk.Scatter(4);
            await site.StrikeAsync(all[random.Next(all.Count)], "SIGKILL", Killed);
            await site.RememberNewestAsync();
        }

        Assert.True(site.Landed > 0, "every run had ended before");
    }
}
