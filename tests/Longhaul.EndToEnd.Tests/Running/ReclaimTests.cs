using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Space that is freed in all backups of a repository.</summary>
public sealed class ReclaimTests : IDisposable
{
    private const int Block = 256 << 10;

    private static readonly string[] s_jobs = ["first", "second"];

    private readonly Site _site = new(seed: 22);

    [Fact]
    public async Task A_backup_that_cannot_be_read_does_not_keep_the_others_from_their_space()
    {
        await _site.SetUpAsync(4 * Block);
        foreach (var job in s_jobs)
        {
            (
                await _site.RunAsync(
                    $"job add backup {job} --machine web --repository near --block-size 256KiB --keep 1"
                )
            ).Ended(0);
        }

        foreach (var job in (string[])[.. s_jobs, .. s_jobs])
        {
            _site.Disk.Fill(0, Block);
            (await _site.RunAsync($"job run {job}")).Ended(0);
        }

        var record = Path.Combine(_site.Near, "first", "log", "00000001");
        await File.WriteAllTextAsync(record, "noise", TestContext.Current.CancellationToken);

        var reclaimed = (await _site.RunAsync("repository reclaim near --reclaim-delay 0")).Ended(1).Document;

        var (bad, good) = (reclaimed.List("backups")[0], reclaimed.List("backups")[1]);
        Assert.Equal(["first", "second"], [bad.Text("backup"), good.Text("backup")]);
        Assert.Equal("data.damaged", bad.GetProperty("error").Text("code"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, good.GetProperty("error").ValueKind);
        Assert.InRange(good.GetProperty("bytesFreed").GetInt64(), Block, long.MaxValue);
    }

    public void Dispose() => _site.Dispose();
}
