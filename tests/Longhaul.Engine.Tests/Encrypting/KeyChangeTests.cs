using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;
using CoreMachine = Longhaul.Core.Machines.Machine;

namespace Longhaul.Engine.Tests.Encrypting;

/// <summary>The passwords of a backup change: what the old one opens, and what happens when the change is cut off or raced.</summary>
public sealed class KeyChangeTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly EstatePassword _old = new("old");
    private readonly EstatePassword _new = new("new");
    private readonly Estate _estate;
    private readonly Dictionary<PointId, byte[]> _contents = [];

    public KeyChangeTests() => _estate = new Estate { Password = _old };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_later_opens_with_the_new_password_alone()
    {
        var (backup, job, machine) = await MakeAsync(new MemoryObjectStore(), points: 2);
        await _new.ChangeAsync(backup.Folder, _estate.Clock);
        await BackUpAsync(backup, job, machine);

        var opened = await OpenAsync(backup.Folder.Store, _new);
        Assert.Equal(3, opened.Folder.State.Points.Count());
        await CheckContentsAsync(opened);
        Assert.Contains(opened.Folder.State.Segments.Values, segment => segment.KeyGeneration == 2);

        var older = await OpenAsync(backup.Folder.Store, _old);
        Assert.True(older.Folder.IsLocked);
        Assert.True(await older.Folder.OpenOlderAsync(_old.Open, Token));
        Assert.Equal(_contents.Keys.Take(2), older.Folder.State.Points.Select(point => point.Id));
        Assert.Equal("srv", Assert.Single(older.Folder.State.Machines.Values).Name);
        await CheckContentsAsync(older);
        Assert.Equal("backup.locked", await CodeOfAsync(() => BackUpAsync(older, job, machine)));
        Assert.Equal("backup.locked", await CodeOfAsync(() => RemoveAsync(older, 1)));
    }

    [Fact]
    public async Task Whoever_has_an_older_password_sees_what_was_taken_away_and_moved_since()
    {
        var (backup, job, machine) = await MakeAsync(new MemoryObjectStore(), points: 4);
        await _new.ChangeAsync(backup.Folder, _estate.Clock);
        await BackUpAsync(backup, job, machine);
        await RemoveAsync(backup, 2);
        _estate.Clock.Advance(TimeSpan.FromDays(2));
        await Janitor.ReclaimAsync(_estate, backup);
        Assert.Contains(backup.Folder.State.Segments.Values, segment => segment.Generation > 1);

        var older = await OpenAsync(backup.Folder.Store, _old);
        Assert.True(await older.Folder.OpenOlderAsync(_old.Open, Token));

        Assert.Equal(_contents.Keys.Skip(2).Take(2), older.Folder.State.Points.Select(point => point.Id));
        await CheckContentsAsync(older);
    }

    /// <summary>After so many records that reading begins after the change.</summary>
    [Fact]
    public async Task An_older_password_is_found_behind_a_whole_list()
    {
        var (backup, job, machine) = await MakeAsync(new MemoryObjectStore(), points: 2);
        await _new.ChangeAsync(backup.Folder, _estate.Clock);
        var changedAt = backup.Folder.State.Number;
        while (backup.Folder.State.SinceWhole != 0)
        {
            await BackUpAsync(backup, job, machine);
        }

        Assert.True(backup.Folder.State.Number > changedAt);
        var older = await OpenAsync(backup.Folder.Store, _old);
        Assert.True(await older.Folder.OpenOlderAsync(_old.Open, Token));
        Assert.All(older.Folder.State.Points, point => Assert.Contains(point.Id, _contents.Keys.Take(2)));
        await CheckContentsAsync(older);
        Assert.False(
            await (await OpenAsync(backup.Folder.Store, _old)).Folder.OpenOlderAsync(
                new EstatePassword("another").Open,
                Token
            )
        );
    }

    [Fact]
    public async Task An_added_password_opens_everything_and_keeps_the_list_key()
    {
        var (backup, job, machine) = await MakeAsync(new MemoryObjectStore(), points: 1);
        await _new.AddAsync(backup.Folder, _estate.Clock);
        await BackUpAsync(backup, job, machine);

        foreach (var password in new[] { _old, _new })
        {
            var opened = await OpenAsync(backup.Folder.Store, password);
            Assert.Equal((2, 1), (opened.Folder.State.KeyList!.Number, opened.Folder.State.KeyList.Generation));
            Assert.Equal(2, opened.Folder.State.Points.Count());
            await CheckContentsAsync(opened);
        }
    }

    [Theory]
    [InlineData(false, "backup.changed")]
    [InlineData(true, "backup.locked")]
    public async Task Of_two_who_change_the_passwords_one_learns_that_he_lost(bool isNewKey, string code)
    {
        var (backup, _, _) = await MakeAsync(new MemoryObjectStore(), points: 1);
        var store = backup.Folder.Store;
        var slow = await OpenAsync(store, _old);
        var list = (await slow.Folder.ReadKeyListAsync(Token))!;
        await (isNewKey ? _new.ChangeAsync(backup.Folder, _estate.Clock) : _new.AddAsync(backup.Folder, _estate.Clock));

        var (next, keys) = list.Renewed(
            slow.Folder.Keys!,
            [(new("mine"), "")],
            _estate.Clock.GetUtcNow(),
            EstatePassword.s_cheap
        );
        var change = () =>
            slow.Folder.ChangeKeyListAsync(next, keys, list, _ => new RecordDraft("password"), Token).AsTask();

        Assert.Equal(code, await CodeOfAsync(change));
        Assert.False((await OpenAsync(store, _new)).Folder.IsLocked);
        Assert.Equal(isNewKey, (await OpenAsync(store, _old)).Folder.IsLocked);
        Assert.True((await OpenAsync(store, new EstatePassword("mine"))).Folder.IsLocked);
    }

    /// <summary>Power goes at every call: one of the two passwords opens the backup, with all points, and the change can be made
    /// again.</summary>
    [Fact]
    public async Task A_change_is_cut_at_every_call()
    {
        var (_, job, machine) = await MakeAsync(new MemoryObjectStore(), points: 2);
        var before = (MemoryObjectStore)_last!.Folder.Store;
        using var store = new PowerLossStore(before.Snapshot());
        await _new.ChangeAsync((await OpenAsync(store, _old)).Folder, _estate.Clock);
        var outcomes = new HashSet<bool>();
        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            for (var seed = 0; seed < 4; seed++)
            {
                var left = new MemoryObjectStore(store.AfterPowerLoss(call, seed));
                var opened = await OpenAsync(left, _new);
                outcomes.Add(opened.Folder.IsLocked);
                if (opened.Folder.IsLocked)
                {
                    opened = await OpenAsync(left, _old);
                    await _new.ChangeAsync(opened.Folder, _estate.Clock);
                    opened = await OpenAsync(left, _new);
                }

                await CheckContentsAsync(opened);
                await BackUpAsync(opened, job, machine);
                await CheckContentsAsync(await OpenAsync(left, _new));
            }
        }

        Assert.Equal(2, outcomes.Count);
    }

    /// <summary>What a run had sealed before it was cut off is under the old key: it is not listed as if it were under the new
    /// one.</summary>
    [Fact]
    public async Task A_run_that_was_cut_off_is_gone_on_with_after_a_change()
    {
        var (_, job, machine) = await MakeAsync(new MemoryObjectStore(), points: 1);
        var before = (MemoryObjectStore)_last!.Folder.Store;
        Scribble(machine);
        using var store = new PowerLossStore(before.Snapshot()) { BestSegmentSize = 3 * Block };
        await _estate.BackUpAsync(await OpenAsync(store, _old), job, machine, checkpointEvery: Block);
        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            var left = new MemoryObjectStore(store.AfterPowerLoss(call, call));
            await _new.ChangeAsync((await OpenAsync(left, _old)).Folder, _estate.Clock);
            var resumed = await OpenAsync(left, _new);
            await _estate.BackUpAsync(resumed, job, machine, checkpointEvery: Block);

            var opened = await OpenAsync(left, _new);
            var newest = opened.Folder.State.Machines[machine.Id].Newest!;
            Assert.Equal(_estate.Disks[(machine.Id, "disk0")], await Estate.ReadAsync(opened, newest.Id, "disk0"));
        }
    }

    [Fact]
    public async Task A_key_list_that_came_to_no_record_counts_for_nothing()
    {
        var (backup, _, _) = await MakeAsync(new MemoryObjectStore(), points: 1);
        var list = (await backup.Folder.ReadKeyListAsync(Token))!;
        var (left, _) = list.Renewed(
            backup.Folder.Keys!,
            [(new("never in force"), "")],
            _estate.Clock.GetUtcNow(),
            EstatePassword.s_cheap
        );
        await backup.Folder.Store.PutIfAbsentAsync(BackupNames.KeyList(2), left.Encode(), Token);
        await _new.ChangeAsync(backup.Folder, _estate.Clock);

        Assert.Equal((3, 2), (backup.Folder.State.KeyList!.Number, backup.Folder.State.KeyList.Generation));
        var opened = await OpenAsync(backup.Folder.Store, new EstatePassword("never in force"));
        Assert.False(await opened.Folder.OpenOlderAsync(new EstatePassword("never in force").Open, Token));
    }

    public void Dispose() => _estate.Dispose();

    private OpenBackup? _last;

    private async Task<(OpenBackup Backup, JobDefinition Job, CoreMachine Machine)> MakeAsync(
        MemoryObjectStore store,
        int points
    )
    {
        var machine = _estate.AddMachine("srv", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        var job = _estate.BackupJob(keep: 99);
        _last = await _estate.CreateAsync(job, store);
        for (var point = 0; point < points; point++)
        {
            await BackUpAsync(_last, job, machine);
        }

        return (_last, job, machine);
    }

    private async Task BackUpAsync(OpenBackup backup, JobDefinition job, CoreMachine machine)
    {
        var made = await _estate.BackUpAsync(backup, job, machine);
        _contents[made.Point!.Id] = (byte[])_estate.Disks[(machine.Id, "disk0")].Clone();
        Scribble(machine);
    }

    private void Scribble(CoreMachine machine) =>
        new Random(_contents.Count).NextBytes(
            _estate.Disks[(machine.Id, "disk0")].AsSpan(_contents.Count % 6 * Block, Block)
        );

    private Task<OpenBackup> OpenAsync(IObjectStore store, EstatePassword password)
    {
        _estate.Password = password;
        return _estate.OpenAsync(store, _estate.Here);
    }

    private static Task RemoveAsync(OpenBackup backup, int points) =>
        Janitor.RemoveAsync(backup, backup.Folder.State.Points.Take(points).ToArray());

    private async Task CheckContentsAsync(OpenBackup backup)
    {
        Assert.NotEmpty(backup.Folder.State.Points);
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.Equal(_contents[point.Id], await Estate.ReadAsync(backup, point.Id, "disk0"));
        }
    }

    private static async Task<string> CodeOfAsync(Func<Task> action) =>
        (await Assert.ThrowsAsync<LonghaulException>(action)).Code;
}
