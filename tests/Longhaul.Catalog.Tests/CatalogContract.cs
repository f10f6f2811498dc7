using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Passwords;
using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Verifying;
using Xunit;

namespace Longhaul.Catalog.Tests;

/// <summary>What every catalog promises; derived once per implementation.</summary>
public abstract class CatalogContract
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A catalog that nothing was written to.</summary>
    protected abstract ICatalog Create();

    [Fact]
    public async Task What_was_committed_is_read_back_as_it_was()
    {
        var catalog = Create();
        var repository = Samples.Repository("offsite");
        var machine = Samples.Machine("db01");
        var job = Samples.CopyJob("offsite-copy", repository.Id);
        await using (var work = await catalog.WriteAsync(Token))
        {
            await work.Repositories.SaveAsync(repository, Token);
            await work.Machines.SaveAsync(machine, Token);
            await work.Jobs.SaveAsync(job, Token);
            await work.CommitAsync(Token);
        }

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equivalent(repository, await view.Repositories.FindAsync(repository.Id, Token), strict: true);
        Assert.Equivalent(machine, await view.Machines.FindAsync(machine.Id, Token), strict: true);
        Assert.Equivalent(job, await view.Jobs.FindAsync(job.Id, Token), strict: true);
    }

    [Fact]
    public async Task What_was_not_committed_is_not_there()
    {
        var catalog = Create();
        await using (var work = await catalog.WriteAsync(Token))
        {
            await work.Machines.SaveAsync(Samples.Machine("db01"), Token);
            Assert.Single(await work.Machines.ListAsync(Token));
        }

        await using var view = await catalog.ReadAsync(Token);
        Assert.Empty(await view.Machines.ListAsync(Token));
    }

    [Fact]
    public async Task A_view_does_not_see_what_is_committed_after_it_was_opened()
    {
        var catalog = Create();
        await SaveAsync(catalog, work => work.Machines.SaveAsync(Samples.Machine("a"), Token));
        await using var view = await catalog.ReadAsync(Token);
        Assert.Single(await view.Machines.ListAsync(Token));

        await SaveAsync(catalog, work => work.Machines.SaveAsync(Samples.Machine("b"), Token));

        Assert.Single(await view.Machines.ListAsync(Token));
    }

    [Fact]
    public async Task After_the_commit_one_can_read_and_change_nothing()
    {
        var catalog = Create();
        await using var work = await catalog.WriteAsync(Token);
        await work.Machines.SaveAsync(Samples.Machine("a"), Token);
        await work.CommitAsync(Token);

        Assert.Single(await work.Machines.ListAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await work.Machines.SaveAsync(Samples.Machine("b"), Token)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await work.CommitAsync(Token));
    }

    [Fact]
    public async Task A_view_refuses_changes()
    {
        var catalog = Create();
        await using var view = await catalog.ReadAsync(Token);

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await view.Machines.SaveAsync(Samples.Machine("a"), Token)
        );
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await view.CommitAsync(Token));
    }

    [Fact]
    public async Task Lists_are_in_ordinal_order_of_the_names()
    {
        var catalog = Create();
        foreach (var name in new[] { "b", "a10", "B", "a9" })
        {
            await SaveAsync(catalog, work => work.Machines.SaveAsync(Samples.Machine(name), Token));
        }

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equal(["B", "a10", "a9", "b"], (await view.Machines.ListAsync(Token)).Select(machine => machine.Name));
    }

    [Fact]
    public async Task Saving_again_replaces_the_one_with_the_id()
    {
        var catalog = Create();
        var machine = Samples.Machine("old");
        await SaveAsync(catalog, work => work.Machines.SaveAsync(machine, Token));
        await SaveAsync(catalog, work => work.Machines.SaveAsync(machine with { Name = "new" }, Token));

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equal("new", Assert.Single(await view.Machines.ListAsync(Token)).Name);
    }

    [Fact]
    public async Task A_name_belongs_to_one_thing_of_a_kind()
    {
        var catalog = Create();
        var repository = Samples.Repository("same");
        await SaveAsync(catalog, work => work.Repositories.SaveAsync(repository, Token));
        await SaveAsync(catalog, work => work.Machines.SaveAsync(Samples.Machine("same"), Token));
        await SaveAsync(catalog, work => work.Jobs.SaveAsync(Samples.CopyJob("same", repository.Id), Token));

        await AssertTakenAsync(
            "repository.exists",
            work => work.Repositories.SaveAsync(Samples.Repository("same"), Token)
        );
        await AssertTakenAsync("machine.exists", work => work.Machines.SaveAsync(Samples.Machine("same"), Token));
        await AssertTakenAsync(
            "job.exists",
            work => work.Jobs.SaveAsync(Samples.CopyJob("same", repository.Id), Token)
        );

        async Task AssertTakenAsync(string code, Func<ICatalogWork, ValueTask> save)
        {
            var error = await Assert.ThrowsAsync<LonghaulException>(() => SaveAsync(catalog, save));
            Assert.Equal(code, error.Code);
        }
    }

    [Fact]
    public async Task Removing_says_whether_there_was_something()
    {
        var catalog = Create();
        var machine = Samples.Machine("a");
        await SaveAsync(catalog, work => work.Machines.SaveAsync(machine, Token));

        await using var work = await catalog.WriteAsync(Token);
        Assert.True(await work.Machines.RemoveAsync(machine.Id, Token));
        Assert.False(await work.Machines.RemoveAsync(machine.Id, Token));
        Assert.False(await work.Jobs.RemoveAsync(JobId.New(), Token));
        Assert.False(await work.Repositories.RemoveAsync(RepositoryId.New(), Token));
        Assert.False(await work.Backups.RemoveAsync(RepositoryId.New(), "x", Token));
    }

    [Fact]
    public async Task A_removed_repository_takes_its_backups_along_and_no_others()
    {
        var catalog = Create();
        var (gone, stays) = (Samples.Repository("gone"), Samples.Repository("stays"));
        var chains = Samples.Chains(points: 2);
        foreach (var repository in new[] { gone, stays })
        {
            await SaveAsync(catalog, work => work.Repositories.SaveAsync(repository, Token));
            await SaveAsync(catalog, work => work.Backups.SaveAsync(Samples.Backup(repository.Id, "b"), chains, Token));
        }

        await SaveAsync(catalog, async work => await work.Repositories.RemoveAsync(gone.Id, Token));

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equal(stays.Id, Assert.Single(await view.Backups.ListAsync(null, Token)).Repository);
        var id = chains[0].Points[0].Point.Id.ToString();
        Assert.Equal(stays.Id, Assert.Single(await view.Backups.FindPointsAsync(id, 10, Token)).Repository);
    }

    [Fact]
    public async Task A_backup_and_its_points_are_read_back_as_they_were()
    {
        var catalog = Create();
        var entry = Samples.Backup(RepositoryId.New(), "db");
        var chains = Samples.Chains(points: 3);
        await SaveAsync(catalog, work => work.Backups.SaveAsync(entry, chains, Token));

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equivalent(entry, await view.Backups.FindAsync(entry.Repository, "db", Token), strict: true);
        Assert.Equivalent(chains, await view.Backups.GetChainsAsync(entry.Repository, "db", Token), strict: true);
        Assert.Empty(await view.Backups.GetChainsAsync(entry.Repository, "other", Token));
    }

    [Fact]
    public async Task A_point_is_found_by_the_beginning_of_its_id_until_its_backup_no_longer_has_it()
    {
        var catalog = Create();
        var entry = Samples.Backup(RepositoryId.New(), "db");
        var chains = Samples.Chains(points: 3);
        await SaveAsync(catalog, work => work.Backups.SaveAsync(entry, chains, Token));
        var removed = chains[0].Points[0].Point;
        CachedChain[] fewer = [chains[0] with { Points = [.. chains[0].Points.Skip(1)] }];
        await SaveAsync(catalog, work => work.Backups.SaveAsync(entry, fewer, Token));

        await using var view = await catalog.ReadAsync(Token);
        Assert.Empty(await view.Backups.FindPointsAsync(removed.Id.ToString(), 10, Token));
        foreach (var point in fewer[0].Points)
        {
            var found = await view.Backups.FindPointsAsync(point.Point.Id.ToString()[..16], 10, Token);
            Assert.Equal(point.Point.Id, Assert.Single(found).Point);
            Assert.Equal("db", found[0].Folder);
        }
    }

    [Fact]
    public async Task The_newest_sessions_are_listed_oldest_first_and_without_their_lists()
    {
        var catalog = Create();
        var job = JobId.New();
        for (var minute = 0; minute < 5; minute++)
        {
            var session = Samples.Session(job, minute);
            await SaveAsync(catalog, work => work.Sessions.SaveAsync(session, Token));
        }

        await SaveAsync(catalog, work => work.Sessions.SaveAsync(Samples.Session(JobId.New(), 9), Token));

        await using var view = await catalog.ReadAsync(Token);
        var listed = await view.Sessions.ListAsync(job, 3, Token);
        Assert.Equal([2, 3, 4], listed.Select(session => session.StartedAt.Minute));
        Assert.All(listed, session => Assert.Empty(session.Tasks));
        Assert.All(listed, session => Assert.Equal(2, session.PointsRemoved));
        Assert.Equal(6, (await view.Sessions.ListAsync(null, 100, Token)).Count);
    }

    [Fact]
    public async Task A_session_is_read_back_as_it_was_and_found_by_the_beginning_of_its_id()
    {
        var catalog = Create();
        var session = Samples.Session(JobId.New(), 1);
        await SaveAsync(catalog, work => work.Sessions.SaveAsync(session with { State = SessionState.Running }, Token));
        await SaveAsync(catalog, work => work.Sessions.SaveAsync(session, Token));

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equivalent(session, await view.Sessions.FindAsync(session.Id, Token), strict: true);
        var found = await view.Sessions.FindByPrefixAsync(session.Id.ToString()[..8], 2, Token);
        Assert.Equal(session.Id, Assert.Single(found).Id);
        Assert.Null(await view.Sessions.FindAsync(SessionId.New(), Token));
    }

    [Fact]
    public async Task The_last_task_of_a_machine_is_found_and_since_when_it_is_missed()
    {
        var catalog = Create();
        var (job, machine) = (JobId.New(), MachineId.New());
        for (var minute = 1; minute <= 6; minute++)
        {
            var session = Samples.Session(minute == 6 ? JobId.New() : job, minute);
            session = session with { State = minute == 3 ? SessionState.Failed : SessionState.Success };
            var had = session.Tasks[0] with { MachineId = machine, Message = $"minute {minute}" };
            session = session with { Tasks = minute is 3 or 4 or 5 ? session.Tasks : [.. session.Tasks, had] };
            await SaveAsync(catalog, work => work.Sessions.SaveAsync(session, Token));
            if (minute == 3)
            {
                // One that failed may not have come to the machine.
                await using var early = await catalog.ReadAsync(Token);
                Assert.Null((await early.Sessions.FindLastTaskAsync(job, machine, Token))!.MissedSince);
            }
        }

        await using var view = await catalog.ReadAsync(Token);
        var last = await view.Sessions.FindLastTaskAsync(job, machine, Token);
        Assert.Equal("minute 2", last!.Task.Message);
        Assert.Equal(Samples.Session(job, 4).EndedAt, last.MissedSince);
        Assert.Null(await view.Sessions.FindLastTaskAsync(job, MachineId.New(), Token));
    }

    [Fact]
    public async Task An_announced_full_is_replaced_withdrawn_and_goes_with_its_job()
    {
        var catalog = Create();
        var job = Samples.CopyJob("copy", RepositoryId.New());
        var (first, second) = (Samples.Announced(job.Id, 1), Samples.Announced(job.Id, 2));
        await SaveAsync(catalog, work => work.Jobs.SaveAsync(job, Token));
        await SaveAsync(catalog, work => work.AnnouncedFulls.AnnounceAsync(first, Token));
        await SaveAsync(catalog, work => work.AnnouncedFulls.AnnounceAsync(first with { Bytes = 7 }, Token));
        await SaveAsync(catalog, work => work.AnnouncedFulls.AnnounceAsync(second, Token));
        Assert.Equal(2, (await ListAsync()).Count);
        Assert.Contains(first with { Bytes = 7 }, await ListAsync());

        await SaveAsync(catalog, work => work.AnnouncedFulls.WithdrawAsync(job.Id, first.Machine, Token));
        Assert.Equal(second, Assert.Single(await ListAsync()));

        await SaveAsync(catalog, async work => await work.Jobs.RemoveAsync(job.Id, Token));
        Assert.Empty(await ListAsync());

        async Task<IReadOnlyList<AnnouncedFull>> ListAsync()
        {
            await using var view = await catalog.ReadAsync(Token);
            return await view.AnnouncedFulls.ListAsync(job.Id, Token);
        }
    }

    [Fact]
    public async Task A_log_head_is_remembered_per_instance()
    {
        var catalog = Create();
        var head = new LogHead(InstanceId.New(), 5, Digest.Of([5]));
        var later = head with { Number = 6, Hash = Digest.Of([6]), Key = new SeenKey(2, "0123456789abcdef") };
        await SaveAsync(catalog, work => work.LogHeads.RememberAsync(head, Token));
        await SaveAsync(catalog, work => work.LogHeads.RememberAsync(later, Token));

        await using var view = await catalog.ReadAsync(Token);
        Assert.Equal(later, await view.LogHeads.FindAsync(head.Instance, Token));
        Assert.Null(await view.LogHeads.FindAsync(InstanceId.New(), Token));
    }

    [Fact]
    public async Task What_was_verified_is_remembered_per_instance_and_repository()
    {
        var catalog = Create();
        var (instance, here, there) = (InstanceId.New(), RepositoryId.New(), RepositoryId.New());
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_795_000_000_123);
        var checks = new SegmentChecks(
            [new SegmentCheck(SegmentId.New(), at, 0), new SegmentCheck(SegmentId.New(), null, 7)],
            [new SegmentCheck(SegmentId.New(), at, 1)]
        );
        await SaveAsync(catalog, work => work.Verifications.SaveAsync(instance, here, SegmentChecks.None, Token));
        await SaveAsync(catalog, work => work.Verifications.SaveAsync(instance, here, checks, Token));

        await using (var view = await catalog.ReadAsync(Token))
        {
            Assert.Equivalent(checks, await view.Verifications.GetAsync(instance, here, Token), strict: true);
            Assert.Empty((await view.Verifications.GetAsync(instance, there, Token)).Contents);
        }

        await SaveAsync(catalog, work => work.Verifications.ForgetAsync(instance, here, Token));
        await using var after = await catalog.ReadAsync(Token);
        Assert.Empty((await after.Verifications.GetAsync(instance, here, Token)).Checksums);
    }

    [Fact]
    public async Task The_first_sighting_of_a_condemning_record_counts()
    {
        var catalog = Create();
        var first = Samples.Sighting(InstanceId.New(), 4);
        var again = first with { BootTime = first.BootTime + TimeSpan.FromHours(1) };
        await using var work = await catalog.WriteAsync(Token);

        Assert.Equal(first, await work.Condemned.SeeAsync(first, Token));
        Assert.Equal(first, await work.Condemned.SeeAsync(again, Token));
        await work.Condemned.SeeAsync(first with { RecordNumber = 9 }, Token);
        await work.Condemned.ForgetAsync(first.Instance, 8, Token);

        Assert.Equal(again, await work.Condemned.SeeAsync(again, Token));
        Assert.Equal(
            first with
            {
                RecordNumber = 9,
            },
            await work.Condemned.SeeAsync(again with { RecordNumber = 9 }, Token)
        );
    }

    [Fact]
    public async Task A_password_is_kept_for_a_job_or_a_backup_replaced_and_forgotten()
    {
        var catalog = Create();
        var (here, elsewhere, backup) = (RepositoryId.New(), RepositoryId.New(), BackupId.New());
        var job = Samples.Kept(KeptFor.OfJob(JobId.New()), 1);
        var near = Samples.Kept(KeptFor.OfBackup(here, backup), 2);
        var far = Samples.Kept(KeptFor.OfBackup(elsewhere, backup), 3);
        var changed = Samples.Kept(near.For, 4);
        foreach (var kept in new[] { job, near, far, changed })
        {
            await SaveAsync(catalog, work => work.KeptPasswords.SaveAsync(kept, Token));
        }

        await IsKeptAsync(catalog, job, changed, far);
        await using (var work = await catalog.WriteAsync(Token))
        {
            Assert.True(await work.KeptPasswords.RemoveAsync(far.For, Token));
            Assert.False(await work.KeptPasswords.RemoveAsync(far.For, Token));
            await work.CommitAsync(Token);
        }

        await IsKeptAsync(catalog, job, changed);
    }

    [Fact]
    public async Task A_kept_password_goes_with_its_job_and_with_its_repository()
    {
        var catalog = Create();
        var (repository, other) = (Samples.Repository("near"), Samples.Repository("far"));
        var (job, kept) = (Samples.CopyJob("copy", other.Id), Samples.CopyJob("kept", other.Id));
        var backup = BackupId.New();
        var stays = new[]
        {
            Samples.Kept(KeptFor.OfJob(kept.Id), 1),
            Samples.Kept(KeptFor.OfBackup(other.Id, backup), 2),
        };
        var goes = new[]
        {
            Samples.Kept(KeptFor.OfJob(job.Id), 3),
            Samples.Kept(KeptFor.OfBackup(repository.Id, backup), 4),
        };
        await SaveAsync(catalog, work => work.Repositories.SaveAsync(repository, Token));
        await SaveAsync(catalog, work => work.Jobs.SaveAsync(job, Token));
        foreach (var one in stays.Concat(goes))
        {
            await SaveAsync(catalog, work => work.KeptPasswords.SaveAsync(one, Token));
        }

        await SaveAsync(catalog, async work => await work.Jobs.RemoveAsync(job.Id, Token));
        await SaveAsync(catalog, async work => await work.Repositories.RemoveAsync(repository.Id, Token));

        await IsKeptAsync(catalog, stays);
    }

    private static async Task IsKeptAsync(ICatalog catalog, params KeptPassword[] expected)
    {
        await using var view = await catalog.ReadAsync(Token);
        var kept = await view.KeptPasswords.ListAsync(Token);
        Assert.Equal(expected.Length, kept.Count);
        foreach (var one in expected)
        {
            var found = Assert.Single(kept, other => other.For == one.For);
            Assert.Equal(one.KeptAt, found.KeptAt);
            Assert.Equal(one.Sealed.ToArray(), found.Sealed.ToArray());
        }
    }

    /// <summary>Does one change in a transaction of its own.</summary>
    protected static async Task SaveAsync(ICatalog catalog, Func<ICatalogWork, ValueTask> change)
    {
        await using var work = await catalog.WriteAsync(Token);
        await change(work);
        await work.CommitAsync(Token);
    }
}
