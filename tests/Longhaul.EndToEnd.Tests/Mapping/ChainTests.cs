using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Mapping;

/// <summary>How a seed's chain was made, and whether it is whole.</summary>
public sealed class ChainTests : IDisposable
{
    private readonly SeedSite _site = new(seed: 103);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Mapping_reverse_incremental_is_refused_until_converted()
    {
        await _site.SetUpAsync(runs: 3, flags: $"{SeedSite.Small} --method reverse");
        await CarryAndConvertAsync("reverse-incremental", "mapping.reverse-incremental");

        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    [Fact]
    public async Task Mapping_mixed_chain_is_refused_until_converted()
    {
        await _site.SetUpAsync(runs: 3, flags: $"{SeedSite.Small} --method forward");
        await _site.DoAsync("job run nightly --synthetic-full --transform");
        await _site.BackUpAsync();
        await CarryAndConvertAsync("mixed", "mapping.mixed-chain");

        await _site.BackUpAsync();
        await _site.CopiesDeltaAsync("offsite", "far/nightly");
    }

    [Fact]
    public async Task Mapping_incomplete_chain_is_refused_until_the_missing_file_is_carried_again()
    {
        await _site.SetUpAsync(runs: 2);
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        var segment = Directory.GetFiles(Path.Combine(_site.FarFolder(), "segments")).Min()!;
        var table = Directory
            .GetFiles(Path.Combine(_site.FarFolder(), "points"), "*", SearchOption.AllDirectories)
            .Min()!;

        foreach (var missing in new[] { segment, table })
        {
            File.Move(missing, _site.Site["kept"]);
            var check = await _site.RefusesAsync("offsite", "nightly", "mapping.incomplete-chain");
            Assert.Contains(Path.GetFileName(missing), check.Text("message"), StringComparison.Ordinal);
            File.Move(_site.Site["kept"], missing);
        }

        Assert.Equal("warning", (await _site.CandidateAsync("offsite", "nightly")).Text("verdict"));
    }

    [Fact]
    public async Task Mapping_incomplete_chain_is_refused_when_the_log_cannot_be_read()
    {
        await _site.SetUpAsync(runs: 2);
        Site.CopyFolder(Path.Combine(_site.Site.Near, "nightly"), _site.FarFolder());
        var record = Directory.GetFiles(Path.Combine(_site.FarFolder(), "log")).Max()!;
        var bytes = await File.ReadAllBytesAsync(record, Token);
        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(record, bytes, Token);
        (await _site.RunAsync("repository rescan far")).Ended(5);
        await _site.DoAsync("job add copy offsite --job nightly --repository far");

        await _site.RefusesAsync("offsite", "nightly", "mapping.incomplete-chain");

        bytes[^40] ^= 1;
        await File.WriteAllBytesAsync(record, bytes, Token);
        await _site.DoAsync("repository rescan far");
        await _site.DoAsync("job map offsite far/nightly --yes");
        Assert.NotEqual("incomplete", (await _site.DoAsync("backup show far/nightly")).Text("state"));
    }

    /// <summary>The carried chain is refused, converted where it lies, and mapped; the original goes on as it was.</summary>
    private async Task CarryAndConvertAsync(string shape, string code)
    {
        await _site.CarryAsync();
        await _site.DoAsync("job add copy offsite --job nightly --repository far");
        Assert.Equal(shape, await ShapeAsync("far/nightly"));
        var check = await _site.RefusesAsync("offsite", "nightly", code);
        Assert.Contains("backup convert far/nightly --to forward", check.Text("hint"), StringComparison.Ordinal);
        var oldest = (await _site.Site.PointsAsync("far/nightly"))[0].Text("id")!;
        var content = await _site.Site.RestoreAsync(_site.Site.Home, oldest);

        await _site.DoAsync("backup convert far/nightly --to forward");

        Assert.Equal("forward-incremental", await ShapeAsync("far/nightly"));
        Assert.Equal(shape, await ShapeAsync("near/nightly"));
        await _site.DoAsync("job map offsite far/nightly --yes");
        Directory.Move(Path.Combine(_site.Site.Near, "nightly"), _site.Site["aside"]);
        Assert.Equal(content, await _site.Site.RestoreAsync(_site.Site.Home, oldest));
        Directory.Move(_site.Site["aside"], Path.Combine(_site.Site.Near, "nightly"));
    }

    private async Task<string?> ShapeAsync(string backup) =>
        (await _site.DoAsync($"backup show {backup}")).Only("machines").Text("chain");
}
