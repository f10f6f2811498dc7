using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Backups;

/// <summary>What goes is what was asked about, and nothing that lies in its place or inside it.</summary>
public sealed class BackupDeletionTests : IDisposable
{
    private readonly JobSite _site = new();

    private RepositoryEntry _near = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_backup_inside_the_folder_is_not_deleted_with_it()
    {
        var entry = await BackedUpAsync("nightly");
        _site.Copy("near/nightly", "near/nightly/copies/nightly");
        var files = Files();

        var error = await Assert.ThrowsAsync<LonghaulException>(() => DeleteAsync(entry));

        Assert.Equal("backup.nested", error.Code);
        Assert.Contains("copies/nightly", error.Message, StringComparison.Ordinal);
        Assert.Equal(files, Files());

        _site.Move("near/nightly/copies", "near/copies");
        await DeleteAsync(entry);
        Assert.False(File.Exists(_site["near/nightly/backup.json"]));
        Assert.True(File.Exists(_site["near/copies/nightly/backup.json"]));
    }

    [Fact]
    public async Task Another_backup_that_lies_in_its_folder_now_stays()
    {
        var nightly = await BackedUpAsync("nightly");
        await BackedUpAsync("weekly");
        _site.Move("near/nightly", "near/renamed");
        _site.Move("near/weekly", "near/nightly");
        var files = Files();

        var error = await Assert.ThrowsAsync<LonghaulException>(() => DeleteAsync(nightly));

        Assert.Equal("backup.changed", error.Code);
        Assert.Equal(files, Files());
        await _site.RescanAsync(_near);
        await DeleteAsync((await _site.KnownAsync(_near))["renamed"]);
        Assert.Equal(["nightly"], (await _site.KnownAsync(_near)).Keys);
    }

    private async Task<BackupEntry> BackedUpAsync(string job)
    {
        _near ??= await _site.AddRepositoryAsync("near");
        await _site.RunAsync(await _site.AddBackupJobAsync(job, _near));
        return (await _site.KnownAsync(_near))[job];
    }

    private Task<long> DeleteAsync(BackupEntry entry) => new BackupDeletion(_site.Workplace).DeleteAsync(entry, Token);

    private IReadOnlyList<string> Files() =>
        [.. Directory.GetFiles(_site["near"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
