using Longhaul.Catalog.Passwords;
using Longhaul.Catalog.Sqlite;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Engine.Backups;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Xunit;

namespace Longhaul.Jobs.Tests.Passwords;

/// <summary>What is kept opens what it is kept for, and nothing else; and follows the passwords of its backup.</summary>
public sealed class KeptPasswordTests : IDisposable
{
    private static readonly Password s_first = new("first");
    private static readonly Password s_second = new("second");

    private readonly PasswordEstate _estate = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RepositoryId Near => _estate.Near;

    private LonghaulHome Home => _estate.Home;

    [Fact]
    public async Task For_a_backup_it_opens_that_backup_and_no_other()
    {
        var (kept, other) = (await MakeAsync(Near, "a", s_first), await MakeAsync(Near, "b", s_first));
        await KeepAsync(KeptFor.OfBackup(Near, kept), s_first);

        var workplace = At();
        using var opened = await OpenAsync(workplace, Near, "a");
        using var locked = await OpenAsync(workplace, Near, "b");
        Assert.False(opened.Folder.IsLocked);
        Assert.True(locked.Folder.IsLocked, $"what is kept for {kept} was tried on {other}");
        Assert.Null(locked.Folder.LockedRemark);
    }

    [Fact]
    public async Task For_a_job_it_opens_the_jobs_own_backup_and_makes_the_new_one()
    {
        var job = Job(await MakeAsync(Near, "a", s_first));
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);

        var workplace = At(s_second);
        using var opened = await OpenAsync(workplace, Near, "a");
        Assert.False(opened.Folder.IsLocked);
        Assert.True(workplace.Keyring.ForNewOf(job)!.IsSame(s_first));
        Assert.True(workplace.Keyring.ForNewOf(Job(null))!.IsSame(s_second));
    }

    /// <summary>The first run made the folder and was killed before the catalog knew of it.</summary>
    [Fact]
    public async Task A_first_run_that_was_cut_off_is_gone_on_with_under_what_is_kept_for_the_job()
    {
        var job = Job(null);
        await MakeAsync(Near, "other", s_first);
        await MakeAsync(Near, "a", s_first, job.Id);
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);

        var workplace = At();
        var repository = await workplace.OpenRepositoryAsync(Near, Token);
        using var found = await new JobBackup(workplace).FindAsync(job, repository, wire: null, Token);
        Assert.Equal("a", found!.Folder.Name);
        Assert.False(found.Folder.IsLocked);
        using var other = await OpenAsync(workplace, Near, "other");
        Assert.True(other.Folder.IsLocked);
    }

    [Fact]
    public async Task A_carried_copy_is_opened_with_what_is_kept_where_it_came_from()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        _estate.Carry("a", "carried");
        await KeepAsync(KeptFor.OfBackup(Near, backup), s_first);

        using var opened = await OpenAsync(At(), _estate.Far, "carried");
        Assert.False(opened.Folder.IsLocked);
    }

    /// <summary>The job has no backup yet: its own is the seed, wherever that is on its way.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_seed_on_its_way_is_opened_with_what_is_kept_for_the_job_that_awaits_it(bool hasArrived)
    {
        var backup = await MakeAsync(Near, "a", s_first);
        _estate.Carry("a", "arrived");
        var job = Awaiting(backup, Near);
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);

        using var opened = await OpenAsync(At(), hasArrived ? _estate.Far : Near, hasArrived ? "arrived" : "a");
        Assert.False(opened.Folder.IsLocked);
    }

    [Fact]
    public async Task The_place_of_a_seed_is_opened_with_what_is_kept_also_when_nothing_was_opened_before()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        var job = Awaiting(backup, _estate.Far);
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);

        var workplace = At(s_second);
        var place = await workplace.OpenSeedPlaceAsync(_estate.PathOf(Near), 1 << 30, Token);
        using var opened = await place.OpenBackupAsync("a", wire: null, Token);

        Assert.False(opened!.Folder.IsLocked);
        Assert.True(workplace.Keyring.ForNewOf(job)!.IsSame(s_first));
    }

    /// <summary>From another installation, or made again since: the catalog does not say that the job awaits it.</summary>
    [Fact]
    public async Task A_seed_that_was_made_for_a_job_is_judged_with_what_is_kept_for_the_job()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        var job = Job(null);
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);
        var workplace = At();
        await new RepositoryScan(workplace).RunAsync(Near, Token);
        await using var view = await Catalog().ReadAsync(Token);
        var entry = Assert.Single(await view.Backups.ListAsync(Near, Token));

        var verdict = await new JobMapper(workplace).MapAsync(job, entry, new MapOptions { DryRun = true }, Token);

        Assert.Equal(backup, entry.BackupId);
        var check = Assert.Single(verdict.Checks, check => check.Code == "mapping.seed-locked");
        Assert.Equal(Verdict.Ok, check.Verdict);
    }

    [Fact]
    public async Task The_password_of_a_carried_copy_is_changed_with_what_is_kept_where_it_came_from()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        _estate.Carry("a", "carried");
        var kept = KeptFor.OfBackup(Near, backup);
        await KeepAsync(kept, s_first);

        var workplace = At();
        using (var carried = await OpenAsync(workplace, _estate.Far, "carried"))
        {
            var passwords = new BackupPasswords(workplace);
            var plan = await passwords.PlanAsync(carried, new PasswordChange { Replace = s_second }, Token);
            await passwords.ChangeAsync(carried, plan, remember: false, Token);
        }

        using var changed = await OpenAsync(At(s_second), _estate.Far, "carried");
        Assert.False(changed.Folder.IsLocked);
        await IsKeptAsync(kept, s_first);
        using var original = await OpenAsync(At(), Near, "a");
        Assert.False(original.Folder.IsLocked);
    }

    [Fact]
    public async Task What_was_kept_for_another_thing_is_not_taken_for_this_one()
    {
        var (a, b) = (await MakeAsync(Near, "a", s_first), await MakeAsync(Near, "b", s_second));
        await KeepAsync(KeptFor.OfBackup(Near, b), s_second);
        await using (var work = await Catalog().WriteAsync(Token))
        {
            // Somebody who can write the catalog, and has not the key, moves the row.
            var row = Assert.Single(await work.KeptPasswords.ListAsync(Token));
            await work.KeptPasswords.SaveAsync(row with { For = KeptFor.OfBackup(Near, a) }, Token);
            await work.CommitAsync(Token);
        }

        using var locked = await OpenAsync(At(), Near, "a");
        Assert.True(locked.Folder.IsLocked);
        Assert.Contains("cannot be read", locked.Folder.LockedRemark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gone", "is gone")]
    [InlineData("other", "is another than it was sealed under")]
    [InlineData("open", "others than its owner may read")]
    [InlineData("short", "has not the 32 bytes")]
    public async Task A_key_file_that_is_not_right_leaves_it_locked_and_says_why(string what, string remark)
    {
        var backup = await MakeAsync(Near, "a", s_first);
        await KeepAsync(KeptFor.OfBackup(Near, backup), s_first);
        switch (what)
        {
            case "gone":
                File.Delete(Home.PasswordKey);
                break;
            case "open":
                File.SetUnixFileMode(Home.PasswordKey, UnixFileMode.UserRead | UnixFileMode.OtherRead);
                break;
            default:
                await File.WriteAllBytesAsync(Home.PasswordKey, new byte[what == "other" ? 32 : 31], Token);
                break;
        }

        using var locked = await OpenAsync(At(), Near, "a");
        var error = Assert.Throws<LonghaulException>(() => locked.Folder.WritingKey);
        Assert.Equal("backup.locked", error.Code);
        Assert.Contains("the password kept for this backup cannot be read", error.Message, StringComparison.Ordinal);
        Assert.Contains(remark, error.Message, StringComparison.Ordinal);
        Assert.Contains("hint of a", error.Message, StringComparison.Ordinal);

        // Given again it opens, whatever is kept.
        using var opened = await OpenAsync(At(s_first), Near, "a");
        Assert.False(opened.Folder.IsLocked);
    }

    [Fact]
    public async Task One_that_opens_it_no_more_is_named_by_its_job()
    {
        var job = Job(await MakeAsync(Near, "a", s_second));
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);

        using var locked = await OpenAsync(At(), Near, "a");
        var error = Assert.Throws<LonghaulException>(() => locked.Folder.WritingKey);
        Assert.Contains(
            "the password kept for job 'offsite' does not open it any more",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("hint of a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_follows_a_change_of_the_password()
    {
        var job = Job(await MakeAsync(Near, "a", s_first));
        await KeepAsync(KeptFor.OfJob(job.Id), s_first, job);
        await ChangeAsync(At(), new PasswordChange { Replace = s_second }, remember: true);

        await IsKeptAsync(KeptFor.OfJob(job.Id), s_second);
        using var opened = await OpenAsync(At(), Near, "a");
        Assert.False(opened.Folder.IsLocked);
    }

    /// <summary>Both are known here, so that neither is shut out; the one that was given goes.</summary>
    [Fact]
    public async Task It_stays_when_another_password_is_changed()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        await ChangeAsync(At(s_first), new PasswordChange { Add = s_second }, remember: true);
        await KeepAsync(KeptFor.OfBackup(Near, backup), s_first);
        var list = await ChangeAsync(At(s_second), new PasswordChange { Replace = new Password("third") }, true);

        Assert.Equal(2, list.Slots.Length);
        await IsKeptAsync(KeptFor.OfBackup(Near, backup), s_first);
    }

    [Fact]
    public async Task Taken_away_it_is_replaced_by_one_that_stays_or_forgotten()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        var kept = KeptFor.OfBackup(Near, backup);
        await ChangeAsync(At(s_first), new PasswordChange { Add = s_second }, remember: true);
        await KeepAsync(kept, s_first);
        await ChangeAsync(At(s_second), new PasswordChange { Remove = 1 }, remember: true);
        await IsKeptAsync(kept, s_second);

        await ChangeAsync(At(), new PasswordChange { Replace = new Password("third") }, remember: false);
        await using var view = await Catalog().ReadAsync(Token);
        Assert.Empty(await view.KeptPasswords.ListAsync(Token));
    }

    [Fact]
    public async Task The_repository_is_unlocked_for_later_runs()
    {
        var backup = await MakeAsync(Near, "a", s_first);
        await MakeAsync(Near, "b", s_second);
        var report = await new RepositoryUnlock(At(s_first)).RunAsync(Near, remember: true, Token);
        Assert.Equal(["a"], report.Opened);
        Assert.Equal("b", Assert.Single(report.Locked).Backup);
        Assert.Equal(["hint of b"], report.Locked[0].Hints);
        await IsKeptAsync(KeptFor.OfBackup(Near, backup), s_first);
        using (var opened = await OpenAsync(At(), Near, "a"))
        {
            Assert.False(opened.Folder.IsLocked);
        }

        var again = await Assert.ThrowsAsync<LonghaulException>(() =>
            new RepositoryUnlock(At()).RunAsync(Near, remember: true, Token)
        );
        Assert.Equal("repository.locked", again.Code);
        Assert.Contains("hint of b", again.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hint of a", again.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _estate.Dispose();

    private static async Task<OpenBackup> OpenAsync(Workplace workplace, RepositoryId repository, string folder)
    {
        var opened = await workplace.OpenRepositoryAsync(repository, Token);
        return (await opened.OpenBackupAsync(folder, wire: null, Token))!;
    }

    private SqliteCatalog Catalog() => _estate.Catalog();

    private Workplace At(params Password[] given) => _estate.At(given);

    private Task<BackupId> MakeAsync(RepositoryId repository, string name, Password password, JobId? owner = null) =>
        _estate.MakeAsync(repository, name, password, owner);

    private JobDefinition Job(BackupId? backup) =>
        new()
        {
            Id = JobId.New(),
            Name = "offsite",
            Kind = JobKind.Copy,
            Repository = Near,
            Sources = [],
            Encrypt = true,
            Backup = backup,
        };

    private static JobDefinition Awaiting(BackupId backup, RepositoryId repository) =>
        new()
        {
            Id = JobId.New(),
            Name = "offsite",
            Kind = JobKind.Copy,
            Repository = repository,
            Sources = [],
            Encrypt = true,
            AwaitedSeed = new AwaitedSeed
            {
                Folder = "/mnt/usb",
                Since = DateTimeOffset.UnixEpoch,
                Backup = backup,
                Points = [],
            },
        };

    private async Task KeepAsync(KeptFor what, Password password, JobDefinition? job = null)
    {
        await using var work = await Catalog().WriteAsync(Token);
        if (job is not null)
        {
            await work.Jobs.SaveAsync(job, Token);
        }

        await new PasswordKeeper(At()).KeepAsync(work, what, password, Token);
        await work.CommitAsync(Token);
    }

    private async Task<KeyList> ChangeAsync(Workplace workplace, PasswordChange change, bool remember)
    {
        using var backup = await OpenAsync(workplace, Near, "a");
        var passwords = new BackupPasswords(workplace);
        var plan = await passwords.PlanAsync(backup, change, Token);
        return await passwords.ChangeAsync(backup, plan, remember, Token);
    }

    private async Task IsKeptAsync(KeptFor what, Password password)
    {
        await using var view = await Catalog().ReadAsync(Token);
        var kept = Assert.Single(await view.KeptPasswords.ListAsync(Token), one => one.For == what);
        var opened = new PasswordKeyFile(Home.PasswordKey).Find()!.Open(kept.Sealed.Span, what.ToString());
        Assert.True(opened!.IsSame(password));
    }
}
