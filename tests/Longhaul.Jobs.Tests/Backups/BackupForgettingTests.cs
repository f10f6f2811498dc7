using Longhaul.Core;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Backups;

/// <summary>To detach, to forget and to delete are three things.</summary>
public sealed class BackupForgettingTests : IDisposable
{
    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_backup_that_a_job_here_writes_to_is_not_forgotten()
    {
        var near = await _site.AddRepositoryAsync("near");
        await _site.RunAsync(await _site.AddBackupJobAsync("nightly", near));

        var error = await Assert.ThrowsAsync<LonghaulException>(() => ForgetAsync(near, "nightly"));

        Assert.Equal("backup.in-use", error.Code);
        Assert.Contains("'nightly'", error.Message, StringComparison.Ordinal);
        Assert.Single(await _site.KnownAsync(near));
    }

    [Fact]
    public async Task A_forgotten_backup_is_untouched_and_a_rescan_brings_it_back_and_compares_it_with_what_was_seen()
    {
        var near = await _site.AddRepositoryAsync("near");
        var job = await _site.AddBackupJobAsync("nightly", near);
        await _site.RunAsync(job);
        _site.Copy("near/nightly", "older");
        await _site.RunAsync(job);
        await new Ownership(_site.Workplace).DetachAsync((await _site.KnownAsync(near))["nightly"], Token);
        var files = Files();

        await ForgetAsync(near, "nightly");

        Assert.Equal(files, Files());
        Assert.Empty(await _site.KnownAsync(near));
        Assert.Null(Returned(await _site.RescanAsync(near)).Code);

        // An older copy that is put back after the backup was forgotten is noticed all the same.
        await ForgetAsync(near, "nightly");
        _site.Delete("near/nightly");
        _site.Move("older", "near/nightly");
        Assert.Equal("backup.rolled-back", Returned(await _site.RescanAsync(near)).Code);
    }

    private static RescanFinding Returned(RescanReport report) =>
        Assert.Single(report.Findings, finding => finding.Kind == RescanKind.Returned);

    private async Task ForgetAsync(Catalog.Repositories.RepositoryEntry repository, string folder) =>
        await new BackupForgetting(_site.Workplace.Catalog).ForgetAsync(
            (await _site.KnownAsync(repository))[folder],
            Token
        );

    private string[] Files() =>
        [
            .. Directory
                .GetFiles(_site["near/nightly"], "*", SearchOption.AllDirectories)
                .Select(file => $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}")
                .Order(StringComparer.Ordinal),
        ];
}
