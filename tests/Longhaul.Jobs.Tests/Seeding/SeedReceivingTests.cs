using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Progress;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Seeding;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Seeding;

/// <summary>What lies at the place a seed is brought to, or changes while it is checked, is never written over or torn apart.</summary>
public sealed class SeedReceivingTests : IDisposable
{
    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("notes")]
    [InlineData("seed.json")]
    public async Task A_name_that_somebody_takes_while_the_seed_is_checked_stays_theirs(string file)
    {
        var (_, far, _) = await CarriedAsync();
        var taking = new StageWatch(
            "checking",
            () =>
            {
                Directory.CreateDirectory(_site["far/offsite"]);
                File.WriteAllText(_site[$"far/offsite/{file}"], "theirs");
            }
        );

        var error = await Assert.ThrowsAsync<LonghaulException>(() => ReceiveAsync("usb", far, taking));

        Assert.Equal("seed.name-taken", error.Code);
        Assert.Equal("theirs", await File.ReadAllTextAsync(_site.Only("far/offsite", "*"), Token));
    }

    [Fact]
    public async Task A_backup_that_a_job_has_gone_on_with_is_a_seed_no_more()
    {
        var (job, far, copy) = await CarriedAsync();
        var other = await _site.AddRepositoryAsync("other");
        _site.Copy("usb", "second");
        await ReceiveAsync("usb", far);
        await GoOnAsync(job, far, copy);
        var files = FilesOf("far/offsite");

        var moved = await Assert.ThrowsAsync<LonghaulException>(() => ReceiveAsync("far/offsite", other));
        var overwritten = await Assert.ThrowsAsync<LonghaulException>(() => ReceiveAsync("second", far));

        Assert.Equal(("seed.continued", "seed.continued"), (moved.Code, overwritten.Code));
        Assert.Equal(files, FilesOf("far/offsite"));
        Assert.False(Directory.Exists(_site["other/offsite"]));
        await _site.RunAsync(job);
        await _site.RunAsync(copy);
    }

    [Fact]
    public async Task A_job_that_goes_on_while_the_seed_is_checked_keeps_its_backup()
    {
        var (_, far, _) = await CarriedAsync();
        _site.Copy("usb", "second");
        await ReceiveAsync("usb", far);
        var next = Directory.GetFiles(_site["far/offsite/log"]).Length + 1;
        var mapping = new StageWatch(
            "checking",
            () => File.WriteAllText(_site[$"far/offsite/log/{next:D8}"], "the record of a mapping")
        );

        var error = await Assert.ThrowsAsync<LonghaulException>(() => ReceiveAsync("second", far, mapping));

        Assert.Equal("seed.continued", error.Code);
        Assert.NotEmpty(FilesOf("second/offsite/segments"));
    }

    [Fact]
    public async Task A_seed_that_is_half_received_is_said_to_be_one_and_is_no_backup()
    {
        var (_, far, _) = await CarriedAsync();
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ReceiveAsync("usb", far, new StageWatch("receiving", cut.Cancel), cut.Token)
        );

        var finding = Assert.Single((await _site.RescanAsync(far)).Findings);

        Assert.Equal((RescanKind.Unfinished, "offsite"), (finding.Kind, finding.Folder));
        Assert.Contains("seed", finding.Message, StringComparison.Ordinal);
        Assert.Contains("seed receive", finding.Hint, StringComparison.Ordinal);
        Assert.Empty(await _site.KnownAsync(far));
        var received = await ReceiveAsync("usb", far);
        Assert.Equal(["offsite"], received.Awaiting);
    }

    [Fact]
    public async Task A_seed_that_arrives_names_the_job_that_awaits_it_and_the_line_that_maps_it()
    {
        var (_, far, copy) = await CarriedAsync();
        _site.Copy("usb/offsite", "far/carried");

        var finding = Assert.Single((await _site.RescanAsync(far)).Findings);

        Assert.Equal((RescanKind.New, "carried"), (finding.Kind, finding.Folder));
        Assert.Contains($"job '{copy.Name}' awaits", finding.Message, StringComparison.Ordinal);
        Assert.Contains($"'longhaul job map {copy.Name} far/carried'", finding.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_in_a_repository_that_is_not_the_jobs_is_a_backup_like_any_other()
    {
        var (_, _, copy) = await CarriedAsync();
        var other = await _site.AddRepositoryAsync("other");
        _site.Copy("usb/offsite", "other/carried");

        var finding = Assert.Single((await _site.RescanAsync(other)).Findings);

        Assert.DoesNotContain($"job map {copy.Name}", finding.Hint, StringComparison.Ordinal);
    }

    /// <summary>A copy job whose seed lies in <c>usb</c>.</summary>
    private async Task<(JobDefinition Near, RepositoryEntry Far, JobDefinition Copy)> CarriedAsync()
    {
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        var job = await _site.AddBackupJobAsync("nightly", near);
        await _site.RunAsync(job);
        var copy = await _site.AddCopyJobAsync("offsite", far, job);
        await _site.CreateSeedAsync(copy, "usb");
        return (job, far, copy);
    }

    /// <summary>The job is mapped to the seed, and copies one more point to it.</summary>
    private async Task GoOnAsync(JobDefinition job, RepositoryEntry far, JobDefinition copy)
    {
        await _site.MapAsync(copy, (await _site.KnownAsync(far))["offsite"]);
        await _site.RunAsync(job);
        Assert.Equal(PointKind.Increment, Assert.Single((await _site.RunAsync(copy)).Tasks).Kind);
    }

    private Task<ReceivedSeed> ReceiveAsync(
        string folder,
        RepositoryEntry repository,
        IRunProgress? progress = null,
        CancellationToken? token = null
    ) =>
        new SeedReceiver(_site.Workplace).ReceiveAsync(
            [_site[folder]],
            repository.Id,
            name: null,
            progress,
            token ?? Token
        );

    private IReadOnlyList<string> FilesOf(string folder) =>
        [.. Directory.GetFiles(_site[folder], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
