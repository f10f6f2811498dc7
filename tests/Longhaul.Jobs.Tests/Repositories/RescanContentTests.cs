using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Repositories;

/// <summary>What is missing in a folder, lies twice, or lies where it should not, is named; nothing is guessed at.</summary>
public sealed class RescanContentTests : IDisposable
{
    private static readonly string[] s_data = ["*.seg", "*.point"];

    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task An_incomplete_folder_names_each_missing_file_and_is_whole_when_they_are_carried_again()
    {
        var (near, job) = await BackedUpAsync();
        _site.WriteDisk("nightly", 0, 4096);
        await _site.RunAsync(job);
        var lost = s_data
            .Select(pattern => Directory.GetFiles(_site["near/nightly"], pattern, SearchOption.AllDirectories).Min()!)
            .ToList();
        Directory.CreateDirectory(_site["lost"]);
        lost.ForEach(file => File.Move(file, _site[$"lost/{Path.GetFileName(file)}"]));

        var finding = Only(await _site.RescanAsync(near), RescanKind.Incomplete);

        Assert.Equal(
            lost.Select(file => $"{Path.GetRelativePath(_site["near/nightly"], file)} is missing").Order(),
            finding.Details.Order()
        );
        Assert.Equal(BackupState.Incomplete, (await _site.KnownAsync(near))["nightly"].State);

        lost.ForEach(file => File.Move(_site[$"lost/{Path.GetFileName(file)}"], file));
        Only(await _site.RescanAsync(near), RescanKind.Mended);
        Assert.Equal(BackupState.Owned, (await _site.KnownAsync(near))["nightly"].State);
        Assert.Empty((await _site.RescanAsync(near)).Findings);
    }

    [Fact]
    public async Task A_file_that_is_cut_short_is_named_with_both_lengths()
    {
        var (near, _) = await BackedUpAsync();
        var segment = _site.Only("near/nightly", "*.seg");
        var length = new FileInfo(segment).Length;
        await using (var file = File.OpenWrite(segment))
        {
            file.SetLength(length - 1);
        }

        var finding = Only(await _site.RescanAsync(near), RescanKind.Incomplete);

        Assert.Contains(
            $"has {length - 1} bytes, {length} are listed",
            Assert.Single(finding.Details),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_folder_carried_without_its_log_is_damaged_and_can_be_deleted_by_name()
    {
        var (near, _) = await BackedUpAsync();
        _site.Copy("near/nightly", "near/half");
        _site.Delete("near/half/log");

        var report = await _site.RescanAsync(near);

        var finding = Only(report, RescanKind.Damaged);
        Assert.Equal(("half", "data.missing"), (finding.Folder, finding.Code));
        Assert.Equal("half", Assert.Single(report.Damaged).Folder);
        await new BackupDeletion(_site.Workplace).DeleteAsync((await _site.KnownAsync(near))["half"], Token);
        Assert.Empty((await _site.RescanAsync(near)).Findings);
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_names_every_record_that_lacks()
    {
        var (near, job) = await BackedUpAsync();
        await _site.RunAsync(job);
        var newest = Directory.GetFiles(_site["near/nightly/log"]).Length;
        File.Delete(_site[$"near/nightly/log/{newest - 1:D8}"]);
        File.Delete(_site[$"near/nightly/log/{newest - 2:D8}"]);

        var finding = Only(await _site.RescanAsync(near), RescanKind.Damaged);

        Assert.Equal([$"log/{newest - 2:D8} is missing", $"log/{newest - 1:D8} is missing"], finding.Details);
        // What is known of it stays, for the day on which the records are carried again.
        Assert.Equal(job.Id, (await _site.KnownAsync(near))["nightly"].Owner);
    }

    [Fact]
    public async Task Two_folders_of_one_backup_are_both_named()
    {
        var (near, _) = await BackedUpAsync();
        _site.Copy("near/nightly", "near/copy of nightly");

        var report = await _site.RescanAsync(near);

        var finding = Assert.Single(report.Findings, finding => finding.Kind == RescanKind.Duplicate);
        Assert.Equal(["copy of nightly", "nightly"], finding.Details);
        Assert.Contains("job 'nightly' does not run", finding.Message, StringComparison.Ordinal);
        Assert.Contains("adopt-copy", finding.Hint, StringComparison.Ordinal);
        Assert.Equal(["copy of nightly"], report.New);
        Assert.Null((await _site.KnownAsync(near))["nightly"].UnverifiedSince);
    }

    [Fact]
    public async Task Which_of_two_copies_is_the_renamed_folder_is_not_guessed()
    {
        var (near, _) = await BackedUpAsync();
        _site.Copy("near/nightly", "near/b");
        _site.Move("near/nightly", "near/c");

        var report = await _site.RescanAsync(near);

        Assert.Equal(
            [RescanKind.Returned, RescanKind.Returned, RescanKind.Vanished, RescanKind.Duplicate],
            report.Findings.Select(finding => finding.Kind)
        );
        Assert.All((await _site.KnownAsync(near)).Values, entry => Assert.NotNull(entry.UnverifiedSince));
    }

    [Fact]
    public async Task A_backup_copied_onto_another_lies_inside_it_and_is_reported()
    {
        var (near, _) = await BackedUpAsync();
        _site.Copy("near/nightly", "near/nightly/nightly");

        var finding = Only(await _site.RescanAsync(near), RescanKind.Nested);

        Assert.Equal(["nightly/nightly"], finding.Details);
        Assert.Equal(["nightly"], (await _site.KnownAsync(near)).Keys);
    }

    [Fact]
    public async Task A_whole_repository_inside_the_repository_is_reported_with_every_backup_in_it()
    {
        var (near, _) = await BackedUpAsync();
        await _site.RunAsync(await _site.AddBackupJobAsync("weekly", near));
        var far = await _site.AddRepositoryAsync("far");
        _site.Copy("near", "far/usb/near");

        var report = await _site.RescanAsync(far);

        var finding = Only(report, RescanKind.Nested);
        Assert.Equal(["usb/near/nightly", "usb/near/weekly"], finding.Details);
        Assert.Equal(["usb"], report.Foreign);
        Assert.Empty(report.Backups);
    }

    [Fact]
    public async Task Foreign_files_folders_and_links_at_the_top_are_reported_and_left_alone()
    {
        var (near, _) = await BackedUpAsync();
        await File.WriteAllTextAsync(_site["near/READ ME!.txt"], "", Token);
        Directory.CreateDirectory(_site["near/photos/2026"]);
        Directory.CreateDirectory(_site["near/lost+found"]);
        Directory.CreateSymbolicLink(_site["near/linked"], _site["near/nightly"]);

        var report = await _site.RescanAsync(near);

        Assert.Equal(
            [
                (RescanKind.ForeignFolder, "photos"),
                (RescanKind.ForeignFile, "READ ME!.txt"),
                (RescanKind.ForeignFile, "linked"),
            ],
            report.Findings.Select(finding => (finding.Kind, finding.Folder))
        );
        Assert.Equal(["nightly"], report.Backups.Select(entry => entry.Folder));
    }

    [Fact]
    public async Task A_backup_under_a_name_that_none_can_have_is_reported()
    {
        var (near, _) = await BackedUpAsync();
        _site.Copy("near/nightly", "near/nightly (copy)");

        Assert.Equal("nightly (copy)", Only(await _site.RescanAsync(near), RescanKind.Misnamed).Folder);
    }

    [Fact]
    public async Task A_backups_content_that_was_carried_to_the_top_is_reported()
    {
        await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Copy("near/nightly", "far");

        var report = await _site.RescanAsync(far);

        Assert.Contains(
            report.Findings,
            finding => (finding.Kind, finding.Folder) is (RescanKind.Misnamed, "backup.json")
        );
        Assert.Empty(report.Backups);
    }

    [Fact]
    public async Task What_a_deletion_has_left_is_no_backup_and_what_is_known_of_it_stays()
    {
        var (near, _) = await BackedUpAsync();
        File.Delete(_site["near/nightly/backup.json"]);

        var report = await _site.RescanAsync(near);

        Only(report, RescanKind.Remains);
        Assert.Empty(report.Vanished);
        await new BackupDeletion(_site.Workplace).DeleteAsync((await _site.KnownAsync(near))["nightly"], Token);
        Assert.Empty((await _site.RescanAsync(near)).Findings);
        Assert.False(Directory.Exists(_site["near/nightly"]));
    }

    [Fact]
    public async Task A_backup_that_is_just_being_made_is_no_backup_yet()
    {
        var (near, _) = await BackedUpAsync();
        Directory.CreateDirectory(_site["near/new"]);
        File.Copy(_site["near/nightly/backup.json"], _site["near/new/backup.json"]);

        Assert.Equal("new", Only(await _site.RescanAsync(near), RescanKind.Unfinished).Folder);
    }

    [Fact]
    public async Task A_backup_whose_first_run_is_not_over_is_its_jobs_and_counts_as_verified()
    {
        var (near, job) = await BackedUpAsync();
        // As it is between the first record and the end of the run: the catalog knows neither the folder nor its history.
        var second = await _site.AddBackupJobAsync("second", near);
        using (
            await new JobBackup(_site.Workplace).CreateAsync(
                second,
                await _site.Workplace.OpenRepositoryAsync(near.Id, Token),
                second.OriginOf(anyManagedSource: false),
                second.BlockSize,
                wire: null,
                Token
            )
        )
        {
            Only(await _site.RescanAsync(near), RescanKind.New);
        }

        var entry = (await _site.KnownAsync(near))["second"];
        Assert.Equal((second.Id, (DateTimeOffset?)null), (entry.Owner, entry.UnverifiedSince));
        Assert.NotEqual(job.Id, entry.Owner);
    }

    [Fact]
    public async Task A_run_that_goes_on_during_the_scan_is_not_forgotten()
    {
        var (near, job) = await BackedUpAsync();
        var repository = await _site.Workplace.OpenRepositoryAsync(near.Id, Token);
        using var asItWas = (await repository.OpenBackupAsync("nightly", wire: null, Token))!;
        await _site.RunAsync(job);
        var after = (await _site.KnownAsync(near))["nightly"];

        // The scan has read the log before the run, and comes to remembering it after.
        await _site.Workplace.Cache.SaveAsync(asItWas, arrived: false, faults: [], Token);

        Assert.Equal(after.LogNumber, (await _site.KnownAsync(near))["nightly"].LogNumber);
        _site.Delete("near/nightly/log");
        Assert.NotEmpty((await _site.RescanAsync(near)).Damaged);
    }

    private async Task<(RepositoryEntry Near, JobDefinition Job)> BackedUpAsync()
    {
        var near = await _site.AddRepositoryAsync("near");
        var job = await _site.AddBackupJobAsync("nightly", near);
        await _site.RunAsync(job);
        return (near, job);
    }

    private static RescanFinding Only(RescanReport report, RescanKind kind)
    {
        var finding = Assert.Single(report.Findings);
        Assert.Equal(kind, finding.Kind);
        Assert.NotEmpty(finding.Hint);
        return finding;
    }
}
