using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Seeding;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Seeding;

/// <summary>The points that a seed was made from stay at the source for as long as they tell what changed since.</summary>
public sealed class AwaitedPointTests : IDisposable
{
    private readonly JobSite _site = new();

    private RepositoryEntry _near = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Each_goes_with_its_machines_first_copy_upon_the_seed_and_not_with_anothers()
    {
        var (first, second, copy) = await SeededAsync();
        await ArriveAsync(copy);
        Assert.Equal(2, (await AwaitedAsync(copy)).Count);

        await _site.RunAsync(first);
        await _site.RunAsync(copy);

        Assert.Equal([await NewestAsync(second)], await AwaitedAsync(copy));

        await _site.RunAsync(second);
        await _site.RunAsync(copy);
        Assert.Empty(await AwaitedAsync(copy));
        Assert.Null((await _site.FindJobAsync(copy)).AwaitedSeed);
    }

    /// <summary>It was killed between its commit and its end.</summary>
    [Fact]
    public async Task What_a_run_has_not_let_go_the_next_one_does_though_it_has_nothing_to_copy()
    {
        var (first, second, copy) = await SeededAsync();
        await ArriveAsync(copy);
        var before = (await _site.FindJobAsync(copy)).AwaitedSeed;
        await _site.RunAsync(first);
        await _site.RunAsync(copy);
        await _site.SaveAsync((await _site.FindJobAsync(copy)) with { AwaitedSeed = before });

        Assert.Equal(SessionState.Idle, (await _site.TryRunAsync(copy)).State);

        Assert.Equal([await NewestAsync(second)], await AwaitedAsync(copy));
    }

    [Fact]
    public async Task A_machine_that_is_no_more_the_jobs_holds_none()
    {
        var (first, _, copy) = await SeededAsync();
        await ArriveAsync(copy);
        var job = await _site.FindJobAsync(copy);
        await _site.SaveAsync(job with { Sources = [job.Sources[0]] });

        await _site.RunAsync(first);
        await _site.RunAsync(copy);

        Assert.Null((await _site.FindJobAsync(copy)).AwaitedSeed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_machine_that_left_its_source_they_are_kept_only_while_the_seed_is_on_its_way(bool isMapped)
    {
        var (first, _, copy) = await SeededAsync();
        if (isMapped)
        {
            await ArriveAsync(copy);
        }

        // The job takes another machine in its place, whose first point it makes then.
        var other = await _site.AddBackupJobAsync("other", _near);
        var job = await _site.FindJobAsync(first);
        await _site.SaveAsync(job with { Sources = other.Sources, DeletedAfter = TimeSpan.FromDays(1) });
        var gone = await NewestAsync(first);
        await _site.RunAsync(first);
        _site.Clock.Advance(TimeSpan.FromDays(2));
        await _site.RunAsync(first);

        Assert.Equal(!isMapped, (await PointsAsync(first)).Contains(gone));
    }

    /// <summary>Two backup jobs with a point each, and a copy job of both whose seed was made.</summary>
    private async Task<(JobDefinition First, JobDefinition Second, JobDefinition Copy)> SeededAsync()
    {
        _near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        var first = await _site.AddBackupJobAsync("first", _near);
        var second = await _site.AddBackupJobAsync("second", _near);
        await _site.RunAsync(first);
        await _site.RunAsync(second);
        var copy = await _site.AddCopyJobAsync("offsite", far, first, second);
        await _site.CreateSeedAsync(copy, "usb");
        return (first, second, copy);
    }

    private async Task ArriveAsync(JobDefinition copy)
    {
        var received = await new SeedReceiver(_site.Workplace).ReceiveAsync(
            [_site["usb"]],
            copy.Repository,
            name: null,
            progress: null,
            Token
        );
        await _site.MapAsync(copy, Assert.Single(received.Rescan.Backups));
    }

    private async Task<IReadOnlyList<PointId>> AwaitedAsync(JobDefinition copy) =>
        (await _site.FindJobAsync(copy)).AwaitedSeed?.Points ?? [];

    private async Task<PointId> NewestAsync(JobDefinition job) => (await PointsAsync(job))[^1];

    private async Task<IReadOnlyList<PointId>> PointsAsync(JobDefinition job)
    {
        var entry = (await _site.KnownAsync(_near))[job.Name];
        using var backup = await _site.Workplace.OpenBackupAsync(entry, Token);
        return [.. backup.Folder.State.Points.OrderBy(point => point.CreatedAt).Select(point => point.Id)];
    }
}
