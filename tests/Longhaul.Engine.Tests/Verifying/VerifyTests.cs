using CsCheck;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Verifying;

public sealed class VerifyTests : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _store = new();
    private Dictionary<FrameAddress, HashSet<PointId>> _reached = [];
    private OpenBackup _sound = null!;

    /// <summary>Two machines; deltas upon deltas, hidden tables, held bases and dead frames.</summary>
    public async ValueTask InitializeAsync()
    {
        var job = _estate.BackupJob(keep: 100);
        Machine[] machines =
        [
            _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1))),
            _estate.AddMachine("srv-web", ("disk0", Janitor.RandomDisk(5, seed: 2))),
        ];
        _sound = await _estate.CreateAsync(job, _store);
        foreach (var machine in machines)
        {
            await Janitor.GrowAsync(_estate, _sound, job, machine, 7, seed: 5);
        }

        var points = _sound.Folder.State.Machines[machines[0].Id].Points;
        await Janitor.RemoveAsync(_sound, points[0], points[3]);
        _reached = await Reachability.ReachedAsync(_sound);
        Assert.Contains(_sound.Folder.State.Segments.Values, segment => segment.Held.Count > 0);
        Assert.Contains(_sound.Folder.State.Segments.Values, segment => segment.Condemned.Count > 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_intact_backup_has_no_damage_and_every_needed_frame_is_read_once(bool data)
    {
        var report = await new BackupVerifier(_sound, null).VerifyAsync(data, Token);
        Assert.Empty(report.Damaged);
        Assert.Empty(report.Suffering);
        Assert.Equal(12, report.PointsChecked);

        var tables = Expectation
            .LayersOf(_sound.Folder.State)
            .Values.SelectMany(layers => layers)
            .Distinct()
            .Sum(table => table.Size);
        var stored = 0L;
        foreach (var frame in _reached.Keys)
        {
            stored += (await _sound.Frames.Tables.FindAsync(frame, Token)).Frame.TotalLength;
        }

        Assert.Equal(data ? tables + stored : tables, report.BytesRead);
        Assert.Equal(_reached.Count - Held(), report.BlocksChecked);
    }

    private int Held() => _sound.Folder.State.Segments.Values.Sum(segment => segment.Held.Count);

    [Fact]
    public async Task A_flipped_bit_anywhere_names_the_file_and_exactly_the_points_that_suffer() =>
        await Gen.Int[0, int.MaxValue]
            .SampleAsync(
                async seed =>
                {
                    var chance = new Random(seed);
                    var (name, bytes) = Pick(chance);
                    var at = chance.Next(bytes.Length);
                    bytes[at] ^= (byte)(1 << chance.Next(8));
                    var report = await VerifyAsync(store => store.SetItem(name, bytes), data: true);
                    var suffering = Expectation.IsSameDescriptor(_sound, name, bytes)
                        ? null
                        : await Expectation.SufferingAsync(_sound, _reached, name, at);
                    await CheckAsync(report, name, suffering);
                },
                iter: 150,
                threads: 1
            );

    [Fact]
    public async Task A_truncated_or_missing_file_is_named_with_exactly_the_points_that_suffer()
    {
        foreach (var name in _store.Snapshot().Objects.Keys.ToArray())
        {
            var whole = _store.Snapshot().Objects[name].ToArray();
            var cut = await VerifyAsync(store => store.SetItem(name, whole.AsMemory(0, whole.Length - 9)), data: true);
            var gone = await VerifyAsync(store => store.Remove(name), data: false);
            var suffering = await Expectation.SufferingAsync(_sound, _reached, name, at: null);
            await CheckAsync(cut, name, suffering);
            await CheckAsync(gone, name, suffering);
        }
    }

    [Fact]
    public async Task Damage_in_a_frame_is_named_with_its_block_and_offset_and_hurts_what_stands_upon_it()
    {
        var (frame, points) = _reached.Where(pair => pair.Value.Count > 2).MaxBy(pair => pair.Value.Count);
        var info = (await _sound.Frames.Tables.FindAsync(frame, Token)).Frame;
        var name = _sound.Frames.Tables.FileOf(frame.Segment);
        var bytes = _store.Snapshot().Objects[name].ToArray();
        bytes[info.PayloadOffset + 3] ^= 1;

        Assert.Empty((await VerifyAsync(store => store.SetItem(name, bytes), data: false)).Damaged);
        var damage = Assert.Single((await VerifyAsync(store => store.SetItem(name, bytes), data: true)).Damaged);
        Assert.Equal((name, info.Offset, "disk0"), (damage.File, damage.Offset, damage.Disk));
        Assert.Equal(points.Order(), damage.Points.Order());
        Assert.NotNull(damage.Block);
        Assert.StartsWith("srv-", damage.Machine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_removed_while_it_is_verified_is_no_damage()
    {
        var watched = new WatchedStore(_store);
        var backup = await _estate.OpenAsync(watched, _estate.Here);
        var remover = await _estate.OpenAsync(_store, _estate.Here);
        var gone = remover.Folder.State.Machines.Values.SelectMany(machine => machine.Points.TakeLast(3)).ToArray();
        await Janitor.RemoveAsync(remover, gone);
        await Janitor.ReclaimAsync(_estate, remover);

        // What it reads first is the state before: the newer record is hidden from its first look.
        var hidden = Longhaul.Format.Log.RecordCodec.RecordName(backup.Folder.State.Number + 1);
        watched.HiddenOnce = hidden;
        var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, Token);
        Assert.Empty(report.Damaged);
        Assert.Null(watched.HiddenOnce);
    }

    public ValueTask DisposeAsync()
    {
        _estate.Dispose();
        return ValueTask.CompletedTask;
    }

    private (string Name, byte[] Bytes) Pick(Random chance)
    {
        var objects = _store.Snapshot().Objects;
        var folders = new[] { "backup.json", "log/", "points/", "segments/", "segments/" };
        var folder = folders[chance.Next(folders.Length)];
        var names = objects.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal)).ToArray();
        var picked = names[chance.Next(names.Length)];
        return (picked, objects[picked].ToArray());
    }

    /// <summary>Verifies a backup that was opened when it was sound and was damaged then.</summary>
    private async Task<VerifyReport> VerifyAsync(
        Func<
            System.Collections.Immutable.ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>,
            System.Collections.Immutable.ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>
        > damage,
        bool data
    )
    {
        var snapshot = _store.Snapshot();
        var watched = new WatchedStore(_store);
        var backup = await _estate.OpenAsync(watched, _estate.Here);
        watched.Inner = new MemoryObjectStore(snapshot with { Objects = damage(snapshot.Objects) });
        return await new BackupVerifier(backup, null).VerifyAsync(data, Token);
    }

    private static Task CheckAsync(VerifyReport report, string file, HashSet<PointId>? suffering)
    {
        if (suffering is null)
        {
            Assert.Empty(report.Damaged);
            return Task.CompletedTask;
        }

        Assert.True(report.Damaged.Count > 0, $"damage to {file} was not found");
        Assert.All(report.Damaged, damage => Assert.Equal(file, damage.File));
        Assert.Equal(suffering.Order(), report.Suffering.Order());
        Assert.Equal(suffering.Order(), report.Damaged.SelectMany(damage => damage.Points).Distinct().Order());
        return Task.CompletedTask;
    }
}
