using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Tests.Sites;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Xunit;
using BackupState = Longhaul.Catalog.Backups.BackupState;

namespace Longhaul.Jobs.Tests.Repositories;

/// <summary>Folders are carried, renamed, copied, lost and put back by hand; a rescan says what became of each.</summary>
public sealed class RescanTests : IDisposable
{
    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_repository_in_which_nothing_changed_has_nothing_to_say()
    {
        var (near, _) = await BackedUpAsync();

        var report = await _site.RescanAsync(near);

        Assert.Empty(report.Findings);
        Assert.Equal(["nightly"], report.Backups.Select(entry => entry.Folder));
        Assert.Null((await _site.KnownAsync(near))["nightly"].UnverifiedSince);
    }

    [Fact]
    public async Task A_carried_folder_is_imported_and_said_to_be_a_copy()
    {
        var (near, _) = await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Copy("near/nightly", "far/carried");

        var finding = Only(await _site.RescanAsync(far), RescanKind.New);

        Assert.Equal(("carried", "near/nightly"), (finding.Folder, finding.From));
        var entry = (await _site.KnownAsync(far))["carried"];
        Assert.Equal(BackupState.Imported, entry.State);
        Assert.NotNull(entry.UnverifiedSince);
        Assert.Null(entry.Owner);
        Assert.Single(await _site.KnownAsync(near));
    }

    [Fact]
    public async Task An_encrypted_folder_that_nothing_opens_is_locked_and_with_its_password_imported()
    {
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        _site.Give("secret");
        await _site.RunAsync(await _site.AddBackupJobAsync("nightly", near, encrypt: true));
        _site.Copy("near/nightly", "far/nightly");
        _site.Give();

        var report = await _site.RescanAsync(far);

        Assert.Equal("backup.locked", Of(report, RescanKind.Locked).Code);
        Of(report, RescanKind.New);
        Assert.Equal(BackupState.Locked, (await _site.KnownAsync(far))["nightly"].State);

        _site.Give("secret");
        Assert.Empty((await _site.RescanAsync(far)).Findings);
        Assert.Equal(BackupState.Imported, (await _site.KnownAsync(far))["nightly"].State);
    }

    [Fact]
    public async Task A_renamed_folder_keeps_what_is_known_of_it_and_its_job_goes_on_in_it()
    {
        var (near, job) = await BackedUpAsync();
        _site.Move("near/nightly", "near/every night");

        var finding = Only(await _site.RescanAsync(near), RescanKind.Moved);

        Assert.Equal(("every night", "near/nightly"), (finding.Folder, finding.From));
        var entry = Assert.Single(await _site.KnownAsync(near)).Value;
        Assert.Equal(
            ("every night", BackupState.Owned, (DateTimeOffset?)null),
            (entry.Folder, entry.State, entry.UnverifiedSince)
        );
        await GoesOnAsync(job, near, "every night");
    }

    [Fact]
    public async Task A_job_goes_on_in_a_renamed_folder_also_before_a_rescan()
    {
        var (near, job) = await BackedUpAsync();
        _site.Move("near/nightly", "near/renamed");

        await GoesOnAsync(job, near, "renamed");

        Assert.Equal(RescanKind.Vanished, Only(await _site.RescanAsync(near), RescanKind.Vanished).Kind);
        await GoesOnAsync(job, near, "renamed");
    }

    [Fact]
    public async Task A_renamed_seed_is_as_unverified_as_before_and_was_imported_when_it_was()
    {
        await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Copy("near/nightly", "far/seed");
        await _site.RescanAsync(far);
        var before = (await _site.KnownAsync(far))["seed"];
        _site.Clock.Advance(TimeSpan.FromDays(3));
        _site.Move("far/seed", "far/offsite");

        Only(await _site.RescanAsync(far), RescanKind.Moved);

        var after = (await _site.KnownAsync(far))["offsite"];
        Assert.Equal((before.ImportedAt, before.UnverifiedSince), (after.ImportedAt, after.UnverifiedSince));
        Assert.Equal(BackupState.Imported, after.State);
    }

    [Fact]
    public async Task Two_folders_that_exchanged_their_names_are_told_apart()
    {
        var (near, nightly) = await BackedUpAsync();
        var weekly = await _site.AddBackupJobAsync("weekly", near);
        await _site.RunAsync(weekly);
        _site.Move("near/nightly", "near/third");
        _site.Move("near/weekly", "near/nightly");
        _site.Move("near/third", "near/weekly");

        var report = await _site.RescanAsync(near);

        Assert.Equal([RescanKind.Moved, RescanKind.Moved], report.Findings.Select(finding => finding.Kind));
        var known = await _site.KnownAsync(near);
        Assert.Equal((weekly.Id, nightly.Id), (known["nightly"].Owner, known["weekly"].Owner));
        await GoesOnAsync(nightly, near, "weekly");
        await GoesOnAsync(weekly, near, "nightly");
    }

    [Fact]
    public async Task A_folder_moved_to_another_repository_is_moved_and_known_there_alone()
    {
        var (near, job) = await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Move("near/nightly", "far/nightly");

        var finding = Only(await _site.RescanAsync(far), RescanKind.Moved);

        Assert.Equal("near/nightly", finding.From);
        Assert.Contains($"job map {job.Name} far/nightly", finding.Hint, StringComparison.Ordinal);
        Assert.Empty(await _site.KnownAsync(near));
        // It was carried: its data counts as unverified again, and its owner counts in the other repository.
        var entry = (await _site.KnownAsync(far))["nightly"];
        Assert.NotNull(entry.UnverifiedSince);
        Assert.Equal(BackupState.Imported, entry.State);
    }

    [Fact]
    public async Task A_move_is_found_also_when_the_repository_it_left_is_scanned_first()
    {
        var (near, _) = await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Move("near/nightly", "far/nightly");

        Only(await _site.RescanAsync(near), RescanKind.Vanished);
        var finding = Only(await _site.RescanAsync(far), RescanKind.Moved);

        Assert.Equal("near", finding.From);
    }

    [Fact]
    public async Task A_moved_folder_that_went_back_is_said_to_have()
    {
        var (_, job) = await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Copy("near/nightly", "older");
        await _site.RunAsync(job);
        _site.Delete("near/nightly");
        _site.Move("older", "far/nightly");

        Assert.Equal("backup.rolled-back", Only(await _site.RescanAsync(far), RescanKind.Moved).Code);
    }

    [Fact]
    public async Task A_copy_is_no_move_while_the_other_repository_is_out_of_reach()
    {
        await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        _site.Copy("near/nightly", "far/nightly");
        _site.Move("near", "unplugged");

        var finding = Only(await _site.RescanAsync(far), RescanKind.New);

        Assert.Equal("near/nightly", finding.From);
    }

    [Fact]
    public async Task A_vanished_folder_names_the_job_that_would_begin_anew_and_is_known_again_when_it_returns()
    {
        var (near, job) = await BackedUpAsync();
        _site.Move("near/nightly", "away");

        var gone = Only(await _site.RescanAsync(near), RescanKind.Vanished);

        Assert.Contains("'nightly'", gone.Message, StringComparison.Ordinal);
        Assert.Contains("the job begins anew, with a full", gone.Hint, StringComparison.Ordinal);
        Assert.Empty(await _site.KnownAsync(near));

        _site.Move("away", "near/nightly");
        var returned = Only(await _site.RescanAsync(near), RescanKind.Returned);

        Assert.Null(returned.Code);
        Assert.NotNull((await _site.KnownAsync(near))["nightly"].UnverifiedSince);
        await GoesOnAsync(job, near, "nightly");
    }

    /// <summary>A full over the line is not made because a folder is gone: somebody has to want it.</summary>
    [Fact]
    public async Task A_vanished_folder_of_a_copy_job_is_said_to_stop_the_job_and_does()
    {
        var (_, job) = await BackedUpAsync();
        var far = await _site.AddRepositoryAsync("far");
        var copy = await _site.AddCopyJobAsync("offsite", far, job);
        await _site.RunAsync(copy);
        _site.Delete("far/offsite");

        var gone = Only(await _site.RescanAsync(far), RescanKind.Vanished);

        Assert.Contains("copies nothing", gone.Hint, StringComparison.Ordinal);
        Assert.Contains("'longhaul job run offsite --full'", gone.Hint, StringComparison.Ordinal);
        await _site.RunAsync(job);
        var session = await _site.TryRunAsync(copy);
        Assert.Equal("copy.full-unannounced", Assert.Single(session.Tasks).ErrorCode);
    }

    [Fact]
    public async Task A_folder_that_returns_older_than_it_was_seen_is_said_to_have_gone_back()
    {
        var (near, job) = await BackedUpAsync();
        _site.Copy("near/nightly", "older");
        await _site.RunAsync(job);
        _site.Delete("near/nightly");
        await _site.RescanAsync(near);
        _site.Move("older", "near/nightly");

        Assert.Equal("backup.rolled-back", Only(await _site.RescanAsync(near), RescanKind.Returned).Code);
        // To look is not to accept.
        Assert.Equal("backup.rolled-back", Only(await _site.RescanAsync(near), RescanKind.History).Code);
        var error = await Assert.ThrowsAsync<LonghaulException>(() => _site.RunAsync(job));
        Assert.Equal("backup.rolled-back", error.Code);
    }

    [Fact]
    public async Task A_folder_that_returns_with_another_history_is_said_to_have_forked()
    {
        var (near, job) = await BackedUpAsync();
        _site.Copy("near/nightly", "other");
        await _site.RunAsync(job);
        _site.Move("near/nightly", "first");
        await _site.RescanAsync(near);

        // Somebody else goes on in the older copy, which has other records of the same numbers from then on.
        using (var folder = await OpenAsync("other"))
        {
            folder.Place = near.Id;
            var owner = folder.State.Owner!;
            for (var step = 0; step < 8; step++)
            {
                await folder.CommitAsync(_ => Renamed(owner, step), Token);
            }
        }

        _site.Move("other", "near/nightly");

        Assert.Equal("backup.forked", Only(await _site.RescanAsync(near), RescanKind.Returned).Code);
    }

    private static RecordDraft Renamed(OwnerState owner, int step)
    {
        var draft = new RecordDraft("job");
        draft.SetOwner(owner with { JobName = $"theirs-{step}" }, "{}"u8.ToArray());
        return draft;
    }

    private async Task<BackupFolder> OpenAsync(string path) =>
        (await BackupFolder.OpenAsync(new DirectoryStore(_site[path]), path, open: null, _site.Clock, Token))!;

    private async Task<(RepositoryEntry Near, JobDefinition Job)> BackedUpAsync()
    {
        var near = await _site.AddRepositoryAsync("near");
        var job = await _site.AddBackupJobAsync("nightly", near);
        await _site.RunAsync(job);
        return (near, job);
    }

    /// <summary>The job's next point is an increment, in that folder.</summary>
    private async Task GoesOnAsync(JobDefinition job, RepositoryEntry repository, string folder)
    {
        _site.WriteDisk(job.Name, 4096, 4096);
        var session = await _site.RunAsync(job);
        Assert.Equal(PointKind.Increment, Assert.Single(session.Tasks).Kind);
        Assert.Equal(job.Id, (await _site.KnownAsync(repository))[folder].Owner);
    }

    private static RescanFinding Only(RescanReport report, RescanKind kind)
    {
        var finding = Assert.Single(report.Findings);
        Assert.Equal(kind, finding.Kind);
        Assert.NotEmpty(finding.Hint);
        return finding;
    }

    private static RescanFinding Of(RescanReport report, RescanKind kind) =>
        Assert.Single(report.Findings, finding => finding.Kind == kind);
}
