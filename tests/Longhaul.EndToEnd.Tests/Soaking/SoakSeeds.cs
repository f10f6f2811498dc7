using Xunit;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>Sends seeds: a copy job begins anew with one that is made on a disk, carried, checked, received and mapped; making it may be
/// struck and is gone on with.</summary>
/// <param name="estate">Where.</param>
/// <param name="random">Decides.</param>
internal sealed class SoakSeeds(SoakEstate estate, Random random)
{
    private const int Kill = 9;

    private int _sent;

    /// <summary>Sends one.</summary>
    /// <returns>What happened.</returns>
    public async Task<string> SendAsync()
    {
        var jobs = estate.Jobs.Where(job => job.IsCopy && SoakEstate.Roomy.Contains(job.Repository)).ToArray();
        var job = jobs[random.Next(jobs.Length)];
        var (disk, name) = (estate.Beside($"disk-{_sent}"), $"seed-{_sent++}");
        var left = await estate.RunAsync($"job unmap {job.Name} --yes");
        if (left.ExitCode != 0)
        {
            Assert.Contains("job.not-mapped", left.Output, StringComparison.Ordinal);
        }

        var split = random.Next(2) == 0 ? " --split 64MiB" : "";
        var line = $"seed create {job.Name} --to {disk}{split} --anew";
        using (var struck = await estate.StartAsync(line))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1500)), TimeProvider.System, Token);
            struck.Signal(Kill);
            await struck.EndAsync(Token);
        }

        var made = await estate.RunAsync($"seed create {job.Name} --to {disk}{split}");
        if (made.ExitCode != 0 && made.Output.Contains("seed.nothing", StringComparison.Ordinal))
        {
            return $"{line}: nothing to copy";
        }

        made.Ended(0);
        (await estate.RunAsync($"seed check {disk}")).Ended(0);
        (await estate.RunAsync($"seed receive {disk} --repository {job.Repository} --name {name}")).Ended(0);
        (await estate.RunAsync($"job map {job.Name} {job.Repository}/{name} --yes")).Ended(0);
        Directory.Delete(disk, recursive: true);
        return $"{line}, received as {job.Repository}/{name}";
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
