using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Protecting;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Protecting;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Retaining;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Protecting;

/// <summary>What is protected is enough to read every protected point, stays until it is due, and goes then.</summary>
public sealed class FileProtectorTests : IDisposable
{
    private static readonly TimeSpan s_term = TimeSpan.FromHours(4.5);

    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _store = new();
    private readonly MemoryLedger _ledger = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _estate.Dispose();

    [Theory]
    [InlineData(BackupMethod.ForeverForward, false)]
    [InlineData(BackupMethod.ForeverForward, true)]
    [InlineData(BackupMethod.Forward, false)]
    [InlineData(BackupMethod.Reverse, true)]
    public async Task When_all_else_is_taken_away_every_protected_point_is_listed_and_reads(
        BackupMethod method,
        bool isEncrypted
    )
    {
        _estate.Password = isEncrypted ? new EstatePassword("secret") : null;
        var (backup, job, machine) = await BeginAsync(method);
        // Points from before: their tables become hidden ones, through which the protected are read.
        var contents = await Janitor.GrowAsync(_estate, backup, job with { ImmutableFor = null }, machine, 5, seed: 1);
        foreach (var (point, content) in await Janitor.GrowAsync(_estate, backup, job, machine, 7, seed: 2))
        {
            contents[point] = content;
        }

        await ReclaimAsync(backup);
        var kept = backup.Folder.State.Points.Where(point => point.IsProtectedAt(Now)).ToArray();
        Assert.Equal(5, kept.Length);

        await TakeAwayAsync();

        var left = await _estate.OpenAsync(_store, _estate.Here);
        Assert.Equal(backup.Folder.State.Number, left.Folder.State.Number);
        foreach (var point in kept)
        {
            Assert.Equal(point.ProtectedUntil, left.Folder.State.FindPoint(point.Id)?.ProtectedUntil);
            Assert.Equal(contents[point.Id], await Estate.ReadAsync(left, point.Id, "disk0"));
        }
    }

    [Fact]
    public async Task A_run_that_was_killed_before_it_protected_is_made_good_by_the_next_one_to_look()
    {
        var (backup, job, machine) = await BeginAsync();
        var contents = await Janitor.GrowAsync(_estate, backup, job, machine, 2, seed: 1);

        // Only the log knows, and only what it says is needed.
        var opened = await _estate.OpenAsync(_store, _estate.Here);
        var report = await new FileProtector(opened.Folder, _ledger).RunAsync(Now, Token);
        await TakeAwayAsync();

        Assert.True(report.Set > 4);
        var left = await _estate.OpenAsync(_store, _estate.Here);
        foreach (var (point, content) in contents)
        {
            Assert.Equal(content, await Estate.ReadAsync(left, point, "disk0"));
        }
    }

    [Fact]
    public async Task What_is_due_is_lifted_and_goes_and_what_is_not_waits()
    {
        var (backup, job, machine) = await BeginAsync();
        await Janitor.GrowAsync(_estate, backup, job, machine, 5, seed: 1);
        await ReclaimAsync(backup);
        var names = await NamesAsync();
        await Janitor.RemoveAsync(backup, backup.Folder.State.Points.Skip(1));

        var waiting = await ReclaimAsync(backup);

        Assert.Equal((0, 0L), (waiting.FilesDeleted + waiting.SegmentsDeleted, waiting.BytesFreed));
        Assert.True(waiting.BytesProtected > 0);
        Assert.Empty(names.Except(await NamesAsync()));

        _estate.Clock.Advance(s_term);
        var report = await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);
        Assert.True(report.Lifted > 0);
        Assert.Null(report.Until);
        Assert.Empty(_ledger.Read());
        var freed = await ReclaimAsync(backup);
        Assert.True(freed.BytesFreed > 0);
        Assert.Equal(0, freed.BytesProtected);
        await TakeAwayAsync();
        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task What_later_points_need_stays_as_long_as_they_do()
    {
        var (backup, job, machine) = await BeginAsync();
        await Janitor.GrowAsync(_estate, backup, job, machine, 1, seed: 1);
        await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);
        var first = _ledger.Read().Values.Max();
        await Janitor.GrowAsync(_estate, backup, job, machine, 2, seed: 2);

        await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);

        var last = backup.Folder.State.Points.Max(point => point.ProtectedUntil);
        Assert.True(last > first);
        Assert.All(
            _ledger.Read().Where(file => !file.Key.StartsWith("segments/", StringComparison.Ordinal)),
            file => Assert.Equal(last, file.Value)
        );
    }

    [Fact]
    public async Task A_record_that_takes_points_away_lifts_nothing()
    {
        var (backup, job, machine) = await BeginAsync();
        var contents = await Janitor.GrowAsync(_estate, backup, job, machine, 3, seed: 1);
        await ReclaimAsync(backup);
        var honest = backup.Folder.State.Number;

        // Whoever can write to a plain backup can put a record, and wait for the owner to believe it.
        var forger = await _estate.OpenAsync(_store, _estate.Here);
        await Janitor.RemoveAsync(forger, forger.Folder.State.Points.SkipLast(1));
        await ReclaimAsync(backup);
        await ReclaimAsync(backup);

        // Without his record, all is as it was.
        var snapshot = _store.Snapshot();
        var before = new MemoryObjectStore(
            snapshot with
            {
                Objects = snapshot.Objects.RemoveRange(
                    snapshot.Objects.Keys.Where(name =>
                        BackupNames.TryParseRecord(name, out var number) && number > honest
                    )
                ),
            }
        );
        var left = await _estate.OpenAsync(before, _estate.Here);
        foreach (var (point, content) in contents)
        {
            Assert.Equal(content, await Estate.ReadAsync(left, point, "disk0"));
        }
    }

    [Fact]
    public async Task A_lost_ledger_lifts_nothing_for_seven_days()
    {
        var (backup, job, machine) = await BeginAsync();
        await Janitor.GrowAsync(_estate, backup, job, machine, 2, seed: 1);
        await ReclaimAsync(backup);
        var files = _ledger.Read().Keys.Order(StringComparer.Ordinal).ToArray();
        _estate.Clock.Advance(s_term + s_term);
        var other = new MemoryLedger();

        await new FileProtector(backup.Folder, other).RunAsync(Now, Token);

        Assert.Equal(files, other.Read().Keys.Order(StringComparer.Ordinal));
        Assert.All(other.Read().Values, until => Assert.Equal(Now + ProtectedTime.MostUnproven, until));
    }

    [Fact]
    public async Task A_record_that_protects_for_ever_is_undone_by_taking_it_and_the_ledger_away()
    {
        var (backup, job, machine) = await BeginAsync();
        await Janitor.GrowAsync(_estate, backup, job with { ImmutableFor = null }, machine, 2, seed: 1);
        await Janitor.GrowAsync(_estate, backup, job, machine, 1, seed: 2);
        await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);
        var (honest, last) = (backup.Folder.State.Number, _ledger.Read().Values.Max());
        var forger = await _estate.OpenAsync(_store, _estate.Here);
        var ever = new ProtectionTerm(Now, DateTimeOffset.MaxValue);
        Assert.NotEqual(0, await PointProtection.ProtectAsync(forger.Folder, job, ever, Token));
        await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);
        Assert.Equal(9999, _ledger.Read().Values.Max().Year);

        // As docs/guide/protection.md says.
        var snapshot = _store.Snapshot();
        var record = BackupNames.Record(honest + 1);
        var store = new MemoryObjectStore(snapshot with { Objects = snapshot.Objects.Remove(record) });
        var left = await _estate.OpenAsync(store, _estate.Here);
        var ledger = new MemoryLedger();
        await new FileProtector(left.Folder, ledger).RunAsync(Now, Token);

        Assert.Equal(Now + ProtectedTime.MostUnproven, ledger.Read().Values.Max());
        Assert.True(last < ledger.Read().Values.Max());
        _estate.Clock.Advance(ProtectedTime.MostUnproven);
        await new FileProtector(left.Folder, ledger).RunAsync(Now, Token);
        Assert.Empty(ledger.Read());
    }

    [Fact]
    public async Task What_is_away_is_remembered_until_it_is_due_and_is_as_it_was_when_it_is_back()
    {
        var (backup, job, machine) = await BeginAsync();
        await Janitor.GrowAsync(_estate, backup, job, machine, 2, seed: 1);
        await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);
        var known = _ledger.Read().ToDictionary();
        var data = known.Keys.Where(BackupNames.IsData).ToHashSet(StringComparer.Ordinal);

        // Somebody moves the folder away, and leaves the log alone in its place.
        var snapshot = _store.Snapshot();
        var away = await _estate.OpenAsync(
            new MemoryObjectStore(snapshot with { Objects = snapshot.Objects.RemoveRange(data) }),
            _estate.Here
        );
        await new FileProtector(away.Folder, _ledger).RunAsync(Now, Token);
        Assert.Equal(known, _ledger.Read());

        await new FileProtector(backup.Folder, _ledger).RunAsync(Now, Token);
        Assert.Equal(known, _ledger.Read());

        _estate.Clock.Advance(s_term);
        await new FileProtector(away.Folder, _ledger).RunAsync(Now, Token);
        Assert.Empty(_ledger.Read());
    }

    [Fact]
    public async Task A_copy_that_goes_its_own_way_is_not_protected_as_the_original_is()
    {
        var (backup, job, machine) = await BeginAsync();
        await Janitor.GrowAsync(_estate, backup, job, machine, 1, seed: 1);
        var carried = await _estate.OpenAsync(new MemoryObjectStore(_store.Snapshot()), RepositoryId.New());

        var point = carried.Folder.State.Points.First().Id;
        await PointPin.SetAsync(carried.Folder, point, PinReason.User, Token);
        await PointProtection.ProtectAsync(carried.Folder, job, ProtectionTerm.Of(Now, TimeSpan.FromDays(1)), Token);

        Assert.NotNull(carried.Folder.State.ContinuedAs);
        Assert.All(
            carried.Folder.State.Points,
            point => Assert.Equal(Now + TimeSpan.FromDays(1), point.ProtectedUntil)
        );
        Assert.All(
            backup.Folder.State.Points,
            point => Assert.NotEqual(Now + TimeSpan.FromDays(1), point.ProtectedUntil)
        );
    }

    private DateTimeOffset Now => _estate.Clock.GetUtcNow();

    private async Task<(OpenBackup Backup, JobDefinition Job, Machine Machine)> BeginAsync(
        BackupMethod method = BackupMethod.ForeverForward
    )
    {
        var machine = _estate.AddMachine("web", ("disk0", Janitor.RandomDisk(6, seed: 3)));
        var job = _estate.BackupJob(method, keep: 2) with
        {
            ImmutableFor = s_term,
            SyntheticFullEvery = method == BackupMethod.Forward ? 2 : 0,
        };
        return (await _estate.CreateAsync(job, _store), job, machine);
    }

    /// <summary>As a run does at its end.</summary>
    private async Task<ReclaimReport> ReclaimAsync(OpenBackup backup)
    {
        var protector = new FileProtector(backup.Folder, _ledger);
        var before = await protector.RunAsync(Now, Token);
        var report = await Janitor.ReclaimAsync(_estate, backup, Janitor.s_now with { Protected = before.Files });
        await protector.RunAsync(Now, Token);
        return report;
    }

    private async Task<string[]> NamesAsync() => await Janitor.NamesAsync(_store, "");

    /// <summary>Deletes what can be deleted.</summary>
    private async Task TakeAwayAsync()
    {
        foreach (var name in await NamesAsync())
        {
            try
            {
                await _store.DeleteAsync(name, Token);
            }
            catch (LonghaulException refusal) when (refusal.Code == "store.protected")
            {
                // That is what it is for.
            }
        }
    }
}
