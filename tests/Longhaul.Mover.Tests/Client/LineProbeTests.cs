using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Testing.Lines;
using Xunit;

namespace Longhaul.Mover.Tests.Client;

/// <summary>A measurement says what a line carries, within what a busy machine lets it.</summary>
public sealed class LineProbeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_line_is_measured_as_long_and_more_streams_carry_more()
    {
        await using var site = await MoverSite.StartAsync(Token);
        await using var line = new LineProxy(site.Server.Port) { RoundTrip = TimeSpan.FromMilliseconds(200) };
        var url = MoverSite.UrlOf(line.Port);
        var client = site.NewClient("end");
        await client.PairAsync(url, site.Invite(MoverPermissions.Read), "end", Token);

        var report = await client.MeasureAsync(url, [1, 8], TimeSpan.FromSeconds(2), measuring: null, Token);

        Assert.InRange(report.RoundTrip, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(2));
        Assert.Equal([1, 8], report.Sending.Select(rate => rate.Streams));
        Assert.Equal([1, 8], report.Receiving.Select(rate => rate.Streams));
        Assert.True(report.Sending[1].BytesPerSecond > report.Sending[0].BytesPerSecond * 2, report.ToString());
        Assert.Equal(8, report.Best.Streams);
        Assert.Empty(Directory.EnumerateFileSystemEntries(site.Directory));
    }

    [Fact]
    public async Task Nobody_is_measured_who_is_not_paired()
    {
        await using var site = await MoverSite.StartAsync(Token);

        var error = await Assert.ThrowsAsync<LonghaulException>(() =>
            site.NewClient("stranger").MeasureAsync(site.Url, [1], TimeSpan.FromSeconds(1), measuring: null, Token)
        );

        Assert.Equal("mover.not-paired", error.Code);
    }
}
