using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Encrypting;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Xunit;
using CoreMachine = Longhaul.Core.Machines.Machine;

namespace Longhaul.Engine.Tests.Encrypting;

/// <summary>A plain backup is encrypted where it lies: everything is there before and after, and whatever happens between.</summary>
public sealed class EncryptTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly EstatePassword _password = new("the seed's");
    private readonly Estate _estate = new();
    private readonly Dictionary<PointId, byte[]> _contents = [];
    private CoreMachine? _machine;
    private JobDefinition? _job;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_point_is_the_same_and_the_next_runs_go_on()
    {
        var store = await MakeAsync();
        var before = await OpenAsync(store);
        var points = before.Folder.State.Points.ToArray();
        Assert.Contains(before.Folder.State.Segments.Values, segment => segment.Condemned.Count > 0);
        Assert.Contains(before.Folder.State.Segments.Values, segment => segment.Held.Count > 0);
        Assert.Contains(before.Folder.State.Segments.Values, segment => segment.Shared.Count > 0);

        var report = await EncryptAsync(before);

        var room = BackupEncrypter.RoomFor((await OpenPlainAsync(store)).Folder.State);
        Assert.InRange(report.BytesWritten, 1, room);
        Assert.True((await OpenPlainAsync(store)).Folder.IsLocked);
        var after = await OpenAsync(store, _password);
        Assert.Equal(
            points.Select(point => (point.Id, point.Root, point.Kind, point.Parent, point.Sequence, point.Pin)),
            after.Folder.State.Points.Select(point =>
                (point.Id, point.Root, point.Kind, point.Parent, point.Sequence, point.Pin)
            )
        );
        await CheckAsync(after);
        for (var run = 0; run < 6; run++)
        {
            await BackUpAsync(after);
            _estate.Clock.Advance(TimeSpan.FromDays(2));
            await Janitor.ReclaimAsync(_estate, after);
        }

        await CheckAsync(await OpenAsync(store, _password));
        await Reachability.CheckAsync(await OpenAsync(store, _password));
    }

    /// <summary>After the next reclaim: no name, no digest and no block of it lies there in the plain.</summary>
    [Fact]
    public async Task Nothing_plain_is_left_but_what_the_log_said_before()
    {
        var store = await MakeAsync();
        var plain = (await Janitor.NamesAsync(store, BackupNames.SegmentsFolder))
            .Concat(await Janitor.NamesAsync(store, BackupNames.PointsFolder))
            .ToArray();
        await EncryptAsync(await OpenAsync(store));
        var opened = await OpenAsync(store, _password);
        _estate.Clock.Advance(TimeSpan.FromDays(2));
        await Janitor.ReclaimAsync(_estate, opened);

        var left = (await Janitor.NamesAsync(store, BackupNames.SegmentsFolder))
            .Concat(await Janitor.NamesAsync(store, BackupNames.PointsFolder))
            .ToArray();
        Assert.Empty(left.Intersect(plain));
        Assert.Empty(await Janitor.NamesAsync(store, BackupNames.SessionsFolder));
        var words = _contents.Values.SelectMany(disk => disk.Chunk(Block)).Select(block => block[..64]).ToArray();
        foreach (var name in left)
        {
            var bytes = (await store.ReadWholeAsync(name, int.MaxValue, Token))!;
            Assert.All(
                words.Where(word => word.Any(b => b != 0)),
                word => Assert.Equal(-1, bytes.AsSpan().IndexOf(word))
            );
        }

        await CheckAsync(opened);
    }

    /// <summary>Power goes at every call: the backup is plain and whole, or encrypted and whole, and a further call ends it, with
    /// what was written before.</summary>
    [Fact]
    public async Task It_is_cut_at_every_call()
    {
        var before = await MakeAsync();
        using var store = new PowerLossStore(before.Snapshot());
        await EncryptAsync(await OpenAsync(store));
        var (resumed, outcomes) = (0L, new HashSet<bool>());
        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            for (var seed = 0; seed < 2; seed++)
            {
                var left = new MemoryObjectStore(store.AfterPowerLoss(call, seed));
                var opened = await OpenAsync(left, _password);
                await CheckAsync(opened);
                var isDone = opened.Folder.State.KeyList is not null;
                outcomes.Add(isDone);
                if (!isDone)
                {
                    resumed += (await EncryptAsync(opened)).BytesResumed;
                }

                await CheckAsync(await OpenAsync(left, _password));
            }
        }

        Assert.Equal(2, outcomes.Count);
        Assert.True(resumed > 0);
    }

    /// <summary>A run on the backup as it still was, and a reclaim, between an interrupted call and the next.</summary>
    [Fact]
    public async Task An_interrupted_call_stands_in_nobodys_way()
    {
        var before = await MakeAsync();
        using var store = new PowerLossStore(before.Snapshot());
        await EncryptAsync(await OpenAsync(store));
        for (var call = 2; call <= store.Steps.Count; call += 3)
        {
            var left = new MemoryObjectStore(store.AfterPowerLoss(call, call));
            var opened = await OpenAsync(left, _password);
            if (opened.Folder.State.KeyList is not null)
            {
                continue;
            }

            await BackUpAsync(opened);
            _estate.Clock.Advance(TimeSpan.FromDays(call % 2 == 0 ? 1 : 60));
            await Janitor.ReclaimAsync(_estate, opened);
            await CheckAsync(opened);
            await EncryptAsync(await OpenAsync(left));
            await CheckAsync(await OpenAsync(left, _password));
        }
    }

    [Fact]
    public async Task What_is_damaged_is_not_sealed_as_if_it_were_good()
    {
        var store = await MakeAsync();
        var names = (await Janitor.NamesAsync(store, BackupNames.SegmentsFolder)).Concat(
            await Janitor.NamesAsync(store, BackupNames.PointsFolder)
        );
        foreach (var name in names)
        {
            var copy = new MemoryObjectStore(store.Snapshot());
            var bytes = (await copy.ReadWholeAsync(name, int.MaxValue, Token))!;
            bytes[bytes.Length / 2] ^= 4;
            await copy.DeleteAsync(name, Token);
            await copy.PutIfAbsentAsync(name, bytes, Token);
            if (await VerifiesAsync(copy))
            {
                continue; // A frame that nobody needs.
            }

            var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
                await EncryptAsync(await OpenAsync(copy))
            );
            Assert.Equal("data.damaged", error.Code);
            Assert.Null((await OpenPlainAsync(copy)).Folder.State.KeyList);
        }
    }

    [Fact]
    public async Task Another_run_that_came_between_is_noticed()
    {
        var store = await MakeAsync();
        var between = new WatchedStore(store);
        var slow = await OpenAsync(between);
        between.BeforePut = async name =>
        {
            if (name.StartsWith(BackupNames.SessionsFolder, StringComparison.Ordinal))
            {
                between.BeforePut = _ => Task.CompletedTask;
                await BackUpAsync(await OpenAsync(store));
            }
        };

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await EncryptAsync(slow));
        Assert.Equal("backup.changed", error.Code);
        await EncryptAsync(await OpenAsync(store));
        await CheckAsync(await OpenAsync(store, _password));
    }

    public void Dispose() => _estate.Dispose();

    private async Task<MemoryObjectStore> MakeAsync()
    {
        var store = new MemoryObjectStore { BestSegmentSize = 3 * Block };
        _machine = _estate.AddMachine("srv", ("disk0", Janitor.RandomDisk(12, seed: 1)));
        _job = _estate.BackupJob(keep: 4);
        var backup = await _estate.CreateAsync(_job, store);
        for (var point = 0; point < 7; point++)
        {
            await BackUpAsync(backup);
        }

        _estate.Clock.Advance(TimeSpan.FromDays(2));
        await Janitor.ReclaimAsync(_estate, backup);
        return store;
    }

    private async Task BackUpAsync(OpenBackup backup)
    {
        var disk = _estate.Disks[(_machine!.Id, "disk0")];
        var made = await _estate.BackUpAsync(backup, _job!, _machine);
        _contents[made.Point!.Id] = (byte[])disk.Clone();

        // A block that is new, one that is changed a little, again and again, and one that is moved.
        var run = _contents.Count;
        new Random(run).NextBytes(disk.AsSpan(run % 6 * Block, Block));
        new Random(run).NextBytes(disk.AsSpan((6 * Block) + (run * 512), 512));
        disk.AsSpan(run % 6 * Block, Block).CopyTo(disk.AsSpan((7 + (run % 5)) * Block));
    }

    private ValueTask<EncryptReport> EncryptAsync(OpenBackup backup) =>
        new BackupEncrypter(backup, _estate.Clock, progress: null).EncryptAsync(
            _password.New,
            definition: null,
            SessionId.New(),
            Token
        );

    private Task<OpenBackup> OpenAsync(IObjectStore store, EstatePassword? password = null)
    {
        _estate.Password = password;
        return _estate.OpenAsync(store, _estate.Here);
    }

    private Task<OpenBackup> OpenPlainAsync(IObjectStore store) => OpenAsync(store);

    private async Task<bool> VerifiesAsync(IObjectStore store)
    {
        var report = await new BackupVerifier(await OpenAsync(store), progress: null).VerifyAsync(data: true, Token);
        return report.Damaged.Count == 0;
    }

    private async Task CheckAsync(OpenBackup backup)
    {
        Assert.NotEmpty(backup.Folder.State.Points);
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.Equal(_contents[point.Id], await Estate.ReadAsync(backup, point.Id, "disk0"));
        }

        var report = await new BackupVerifier(backup, progress: null).VerifyAsync(data: true, Token);
        Assert.Empty(report.Damaged);
    }
}
