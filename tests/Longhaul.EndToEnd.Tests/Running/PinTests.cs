using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Restore points that stay whatever retention says.</summary>
public sealed class PinTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Site _site = new(seed: 23);

    [Fact]
    public async Task A_pinned_point_stays_until_it_is_unpinned()
    {
        await _site.SetUpAsync(4 * Block);
        (await _site.RunAsync("job add backup kept --machine web --repository near --keep 1")).Ended(0);
        await RunAsync();
        var content = DiskFile.HashOf(_site.Disk.Path);
        var point = Assert.Single(await PointsAsync());

        var pinned = (await _site.RunAsync("point pin near/kept/web@latest")).Ended(0).Document;
        Assert.Equal((point, true), (pinned.Text("id"), pinned.GetProperty("pinned").GetBoolean()));
        (await _site.RunAsync($"point pin {point}")).Ended(0);
        await RunAsync();
        await RunAsync();

        Assert.Equal(2, (await PointsAsync()).Count);
        Assert.Equal(content, await _site.RestoreAsync(_site.Home, point));
        Assert.True((await _site.RunAsync($"point show {point}")).Ended(0).Document.GetProperty("pinned").GetBoolean());
        var refusal = (await _site.RunAsync($"point delete {point} --force --yes")).Failed(3, "point.pinned");
        Assert.Contains($"point unpin {point}", refusal.Text("hint"), StringComparison.Ordinal);

        var unpinned = (await _site.RunAsync($"point unpin {point}")).Ended(0).Document;
        Assert.False(unpinned.GetProperty("pinned").GetBoolean());
        await RunAsync();

        Assert.DoesNotContain(point, Assert.Single(await PointsAsync()), StringComparison.Ordinal);
        (await _site.RunAsync($"point pin {point}")).Failed(4, "point.not-found");
    }

    [Fact]
    public async Task What_a_person_pinned_may_be_deleted_when_it_is_unpinned()
    {
        await _site.SetUpAsync(4 * Block);
        (await _site.RunAsync("job add backup kept --machine web --repository near")).Ended(0);
        await RunAsync();
        await RunAsync();
        var oldest = (await PointsAsync())[0];
        (await _site.RunAsync($"point pin {oldest}")).Ended(0);

        (await _site.RunAsync($"point unpin {oldest}")).Ended(0);
        (await _site.RunAsync($"point delete {oldest} --yes")).Ended(0);

        Assert.DoesNotContain(oldest, await PointsAsync());
    }

    public void Dispose() => _site.Dispose();

    private async Task RunAsync()
    {
        _site.Disk.Fill(0, Block);
        (await _site.RunAsync("job run kept")).Ended(0);
    }

    /// <summary>Ids of the points, oldest first.</summary>
    private async Task<IReadOnlyList<string>> PointsAsync() =>
        [.. (await _site.PointsAsync("near/kept")).Select(point => point.Text("id")!)];
}
