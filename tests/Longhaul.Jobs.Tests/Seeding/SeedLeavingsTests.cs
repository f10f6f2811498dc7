using Longhaul.Core.Jobs;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Seeding;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Seeding;

/// <summary>A seed that is finished has no leavings of the runs that were cut off, and whatever else lies there is not touched.</summary>
public sealed class SeedLeavingsTests : IDisposable
{
    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task What_runs_have_left_goes_by_its_name_and_what_is_somebodys_stays()
    {
        var copy = await CutOffAsync();
        var left = BackupNames.SegmentFile(SegmentId.New(), 1);
        var begun = BackupNames.SegmentFile(SegmentId.New(), 1) + ".part";
        string[] ours = [left, begun, "sessions/old/00000001", "leases/old"];
        string[] theirs = ["notes.txt", "begun.part", "photos/holiday.jpg", "segments/mine.txt", "points/list"];
        foreach (var name in ours.Concat(theirs))
        {
            var path = _site[$"usb/offsite/{name}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "content", Token);
        }

        var seed = await _site.CreateSeedAsync(copy, "usb");

        Assert.NotNull(seed.List);
        Assert.All(ours, name => Assert.False(File.Exists(_site[$"usb/offsite/{name}"]), name));
        Assert.All(theirs, name => Assert.True(File.Exists(_site[$"usb/offsite/{name}"]), name));
        Assert.DoesNotContain(seed.List.Files, file => theirs.Contains(file.Name));
    }

    /// <summary>A copy job, whose seed was begun in <c>usb</c> and cut off.</summary>
    private async Task<JobDefinition> CutOffAsync()
    {
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        var job = await _site.AddBackupJobAsync("nightly", near);
        await _site.RunAsync(job);
        var copy = await _site.AddCopyJobAsync("offsite", far, job);
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new SeedCreation(_site.Workplace).CreateAsync(
                copy,
                new SeedOptions(_site["usb"]),
                new StageWatch("copying", cut.Cancel),
                cut.Token
            )
        );
        return copy;
    }
}
