using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Verifying;

/// <summary>A scrub finds what rotted, without a password, and does not take what is dead for damaged.</summary>
public sealed class ScrubTests : IDisposable
{
    private readonly EstatePassword _password = new();
    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whatever_bit_flips_where_it_matters_is_found_with_all_that_suffer(bool isEncrypted)
    {
        var backup = await MakeAsync(isEncrypted);
        Assert.Empty((await ScrubAsync(_store)).Damaged);
        var chance = new Random(8);
        var (found, passed) = (0, 0);
        for (var round = 0; round < 120; round++)
        {
            var names = _store
                .Snapshot()
                .Objects.Keys.Where(name => !name.StartsWith("leases/", StringComparison.Ordinal));
            var name = chance.GetItems(names.ToArray(), 1)[0];
            var bytes = _store.Snapshot().Objects[name].ToArray();
            bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));

            // Both were opened when it was sound.
            var scrubbed = await ScrubAsync(_store, name, bytes);
            var verified = await VerifyAsync(isEncrypted, name, bytes);
            if (verified.Damaged.Count > 0)
            {
                found++;
                Assert.Contains(name, scrubbed.Damaged.Select(damage => damage.File));
                Assert.Empty(verified.Suffering.Except(scrubbed.Suffering));
            }
            else
            {
                // Frames that nobody needs, and what is written in backup.json in another way; a key list is not read by others.
                passed++;
                Assert.All(
                    scrubbed.Damaged,
                    damage => Assert.StartsWith(BackupNames.KeysFolder, damage.File, StringComparison.Ordinal)
                );
            }
        }

        Assert.True(found > 50, $"{found} found, {passed} passed over");
        Assert.NotEmpty(backup.Folder.State.Points);
    }

    [Fact]
    public async Task A_file_that_is_gone_longer_or_shorter_is_found()
    {
        await MakeAsync(isEncrypted: true);
        foreach (var (name, content) in _store.Snapshot().Objects)
        {
            if (name.StartsWith(BackupNames.SegmentsFolder, StringComparison.Ordinal) || BackupNames.IsData(name))
            {
                var whole = content.ToArray();
                Assert.NotEmpty((await ScrubAsync(_store, name, whole[..^9])).Damaged);
                Assert.NotEmpty((await ScrubAsync(_store, name, null)).Damaged);
                Assert.NotEmpty((await ScrubAsync(_store, name, [.. whole, 0])).Damaged);
            }
        }
    }

    [Fact]
    public async Task Dead_frames_are_not_read_as_damage()
    {
        var backup = await MakeAsync(isEncrypted: true);
        var segment = backup.Folder.State.Segments.Values.First(one => one.Condemned.Count > 0 && !one.IsDead);
        var table = await backup.Frames.Tables.GetAsync(segment.Id, Token);
        var dead = table.Frames.First(frame => segment.Condemned.Contains(frame.Number));
        var name = BackupNames.SegmentFile(segment.Id, segment.Generation);
        var bytes = _store.Snapshot().Objects[name].ToArray();
        bytes[dead.PayloadOffset + 5] ^= 1;

        Assert.Empty((await ScrubAsync(_store, name, bytes)).Damaged);
    }

    public void Dispose() => _estate.Dispose();

    private async Task<OpenBackup> MakeAsync(bool isEncrypted)
    {
        _estate.Password = isEncrypted ? _password : null;
        var job = _estate.BackupJob(keep: 100);
        Machine[] machines =
        [
            _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 1))),
            _estate.AddMachine("srv-web", ("disk0", Janitor.RandomDisk(5, seed: 2))),
        ];
        var backup = await _estate.CreateAsync(job, _store);
        foreach (var machine in machines)
        {
            await Janitor.GrowAsync(_estate, backup, job, machine, 7, seed: 5);
        }

        var points = backup.Folder.State.Machines[machines[0].Id].Points;
        await Janitor.RemoveAsync(backup, points[0], points[3]);
        return backup;
    }

    /// <summary>Scrubs without a password a backup that was damaged after it was opened.</summary>
    private async Task<VerifyReport> ScrubAsync(IObjectStore store, string? name = null, byte[]? damaged = null)
    {
        _estate.Password = null;
        return await new BackupVerifier(await OpenAsync(store, name, damaged), null).ScrubAsync(Token);
    }

    private async Task<VerifyReport> VerifyAsync(bool isEncrypted, string name, byte[] damaged)
    {
        _estate.Password = isEncrypted ? _password : null;
        return await new BackupVerifier(await OpenAsync(_store, name, damaged), null).VerifyAsync(data: true, Token);
    }

    private async Task<OpenBackup> OpenAsync(IObjectStore store, string? name, byte[]? damaged)
    {
        var watched = new WatchedStore(store);
        var backup = await _estate.OpenAsync(watched, _estate.Here);
        var snapshot = _store.Snapshot();
        watched.Inner = new MemoryObjectStore(
            name is null ? snapshot
            : damaged is null ? snapshot with { Objects = snapshot.Objects.Remove(name) }
            : snapshot with { Objects = snapshot.Objects.SetItem(name, damaged) }
        );
        return backup;
    }
}
