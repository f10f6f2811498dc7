using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Digests;
using Longhaul.Format.Keys;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Encrypting;

/// <summary>What an encrypted backup shows, and lets be done, without its password.</summary>
public sealed class LockedBackupTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Estate _estate = new() { Password = new EstatePassword() };
    private readonly MemoryObjectStore _store = new();
    private readonly Dictionary<PointId, byte[]> _contents = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_lists_points_and_tells_neither_names_nor_digests()
    {
        var (backup, _, _) = await MakeAsync(points: 3);
        var locked = await OpenLockedAsync();

        Assert.True(locked.Folder.IsLocked);
        Assert.Equal(
            backup.Folder.State.Points.Select(point => (point.Id, point.CreatedAt, point.Kind)),
            locked.Folder.State.Points.Select(point => (point.Id, point.CreatedAt, point.Kind))
        );
        Assert.All(locked.Folder.State.Points, point => Assert.Equal((default, 0), (point.Root, point.Disks.Count)));
        Assert.All(locked.Folder.State.Machines.Values, machine => Assert.Equal("", machine.Name));
        Assert.Empty(locked.Folder.State.JobDefinition);
    }

    [Fact]
    public async Task Reading_and_adding_is_refused()
    {
        var (_, job, machine) = await MakeAsync(points: 1);
        var locked = await OpenLockedAsync();
        var point = locked.Folder.State.Points.Single();

        Assert.Equal(
            ["backup.locked", "backup.locked", "backup.locked"],
            [
                await CodeOfAsync(() => Estate.ReadAsync(locked, point.Id, "disk0")),
                await CodeOfAsync(() => _estate.BackUpAsync(locked, job, machine)),
                await CodeOfAsync(() =>
                    locked
                        .Folder.CommitAsync(
                            _ =>
                            {
                                var draft = new RecordDraft("pin");
                                draft.Change(point with { Pin = Core.Backups.PinReason.User });
                                return draft;
                            },
                            Token
                        )
                        .AsTask()
                ),
            ]
        );
    }

    [Fact]
    public async Task A_wrong_password_does_not_open_it_and_the_refusal_tells_the_hints()
    {
        await MakeAsync(points: 1);
        var another = new Password("another");
        using var locked = await BackupFolder.OpenAsync(_store, "b", list => list.Open(another), _estate.Clock, Token);

        Assert.True(locked!.IsLocked);
        var error = Assert.Throws<LonghaulException>(() => locked.WritingKey);
        Assert.Equal("backup.locked", error.Code);
        Assert.Equal(["test"], (IEnumerable<string>)error.Details["hints"]!);
    }

    /// <summary>Every file once: the log is not read again when the key list is open.</summary>
    [Fact]
    public async Task Opening_it_reads_nothing_twice()
    {
        await MakeAsync(points: 5);
        var counter = new TransferCounter();
        var counted = new CountingStore(_store, counter);
        await _estate.OpenAsync(counted, _estate.Here);
        var needed = 0L;
        await foreach (var file in _store.ListAsync("", Token))
        {
            var isRead =
                file.Name.Contains("log/", StringComparison.Ordinal)
                || file.Name.EndsWith(".json", StringComparison.Ordinal);
            needed += isRead ? file.Length : 0;
        }

        Assert.InRange(counter.Total, needed, needed + (needed / 2));
    }

    /// <summary>Retention and reclaim need no key, and who has the key believes what they wrote: it only takes away.</summary>
    [Fact]
    public async Task Points_are_removed_and_space_is_reclaimed_without_a_key()
    {
        await MakeAsync(points: 5);
        var locked = await OpenLockedAsync();
        await Janitor.RemoveAsync(locked, locked.Folder.State.Points.Take(3).ToArray());
        _estate.Clock.Advance(TimeSpan.FromDays(2));
        var report = await Janitor.ReclaimAsync(_estate, locked);

        Assert.True(report.BytesFreed > 0);
        var opened = await _estate.OpenAsync(_store, _estate.Here);
        Assert.Equal(2, opened.Folder.State.Points.Count());
        await CheckContentsAsync(opened);
    }

    /// <summary>Everything that lies in the folder, byte by byte: no digest of a block, page, disk or point, no name.</summary>
    [Fact]
    public async Task No_plaintext_digest_and_no_name_is_in_any_file()
    {
        var (backup, _, machine) = await MakeAsync(points: 3);
        var secrets = new List<byte[]>
        {
            System.Text.Encoding.UTF8.GetBytes(machine.Name),
            System.Text.Encoding.UTF8.GetBytes("disk0"),
            System.Text.Encoding.UTF8.GetBytes("nightly"),
        };
        foreach (var point in backup.Folder.State.Points)
        {
            secrets.Add(point.Root.ToBytes());
            secrets.Add((await backup.Tables.ViewAsync(point.Id, Token)).Disks[0].Root.ToBytes());
            secrets.AddRange(
                _contents[point.Id].Chunk(Block).Select(block => DigestTree.Block(block, Block).ToBytes())
            );
        }

        await foreach (var file in _store.ListAsync("", Token))
        {
            var bytes = (await _store.ReadWholeAsync(file.Name, int.MaxValue, Token))!;
            Assert.All(secrets, secret => Assert.Equal(-1, bytes.AsSpan().IndexOf(secret)));
        }
    }

    public void Dispose() => _estate.Dispose();

    private async Task<(OpenBackup Backup, JobDefinition Job, Machine Machine)> MakeAsync(int points)
    {
        var machine = _estate.AddMachine("srv-secret", ("disk0", Janitor.RandomDisk(6, seed: 1)));
        var job = _estate.BackupJob(keep: 9);
        var backup = await _estate.CreateAsync(job, _store);
        for (var point = 0; point < points; point++)
        {
            var made = await _estate.BackUpAsync(backup, job, machine);
            var disk = _estate.Disks[(machine.Id, "disk0")];
            _contents[made.Point!.Id] = (byte[])disk.Clone();
            new Random(point).NextBytes(disk.AsSpan(point * Block, Block));
        }

        return (backup, job, machine);
    }

    private async Task<OpenBackup> OpenLockedAsync() =>
        new(
            (await BackupFolder.OpenAsync(_store, "backup", open: null, _estate.Clock, Token))!,
            _estate.Here,
            "repository"
        );

    private async Task CheckContentsAsync(OpenBackup backup)
    {
        foreach (var point in backup.Folder.State.Points)
        {
            Assert.Equal(_contents[point.Id], await Estate.ReadAsync(backup, point.Id, "disk0"));
        }
    }

    private static async Task<string> CodeOfAsync(Func<Task> action) =>
        (await Assert.ThrowsAsync<LonghaulException>(action)).Code;
}
