using Longhaul.Core;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Comparing;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Comparing;

/// <summary>A copy and its source are the same, and where they are not it is said what differs.</summary>
public sealed class BackupComparerTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Estate _estate = new();
    private readonly Machine _machine;
    private readonly MemoryObjectStore _far = new();
    private int _backUps;

    public BackupComparerTests()
    {
        _machine = _estate.AddMachine("web", ("root", new byte[70 * Block]), ("data", new byte[3 * Block]));
        _estate.Disks[(_machine.Id, "data")][1] = 1;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private byte[] Root => _estate.Disks[(_machine.Id, "root")];

    [Theory]
    [InlineData(256 << 10)]
    [InlineData(1 << 20)]
    public async Task A_copy_is_the_same_at_any_block_size(int blockSize)
    {
        var (source, copy) = await CopiedAsync(points: 3, blockSize);

        var (compared, pairing) = await BackupComparer.CompareAsync(source, copy, Token);

        Assert.Equal(3, compared.Count);
        Assert.All(compared, pair => Assert.True(pair.IsSame, pair.What));
        Assert.All(compared, pair => Assert.Equal((pair.A.Id, "web"), (pair.B.SourcePoint!.Value, pair.Machine)));
        Assert.Empty(pairing.OnlyInA);
        Assert.Empty(pairing.OnlyInB);
        foreach (var pair in compared)
        {
            Assert.Equal(ClaimState.Holds, await BackupComparer.CheckAsync(copy, pair.B.Id, pair.A.Root, Token));
            Assert.Equal(ClaimState.Differs, await BackupComparer.CheckAsync(copy, pair.B.Id, Digest.Of([]), Token));
            Assert.Equal(ClaimState.Gone, await BackupComparer.CheckAsync(copy, pair.A.Id, pair.A.Root, Token));
        }
    }

    [Fact]
    public async Task Points_that_only_one_has_are_named()
    {
        var (source, copy) = await CopiedAsync(points: 2, Block);
        await BackUpAsync(source);
        await Reclaiming.Janitor.RemoveAsync(source, source.Folder.State.Points.First());

        var (compared, pairing) = await BackupComparer.CompareAsync(source, copy, Token);

        Assert.True(Assert.Single(compared).IsSame);
        Assert.Equal(source.Folder.State.Points.Last().Id, Assert.Single(pairing.OnlyInA).Id);
        Assert.Equal(copy.Folder.State.Points.First().Id, Assert.Single(pairing.OnlyInB).Id);
    }

    [Fact]
    public async Task Blocks_that_differ_are_counted()
    {
        var (one, other) = await TwinsAsync(() =>
        {
            Root[0] = 1;
            Root[40 * Block] = 1;
            Root[(65 * Block) + 7] = 1;
        });

        var found = Assert.Single((await BackupComparer.CompareAsync(one, other, Token)).Compared);

        Assert.Equal((3, "3 blocks differ"), (found.DifferingBlocks, found.What));
    }

    [Fact]
    public async Task A_disk_of_another_size_is_named()
    {
        var (one, other) = await TwinsAsync(() => _estate.Disks[(_machine.Id, "data")] = new byte[4 * Block]);

        var found = Assert.Single((await BackupComparer.CompareAsync(one, other, Token)).Compared);

        Assert.Equal("disk data has 786432 bytes in the first, 1048576 in the second", found.What);
    }

    /// <summary>A bit in a table turns in the copy: there is no telling any more that it is the same.</summary>
    [Fact]
    public async Task A_damaged_table_is_a_difference()
    {
        var (source, copy) = await CopiedAsync(points: 1, Block);
        var table = Assert.Single(copy.Folder.State.Machines[_machine.Id].Tables).File;
        var snapshot = _far.Snapshot();
        var damaged = 0;
        for (var at = 0; at < snapshot.Objects[table].Length; at += 37)
        {
            var bytes = snapshot.Objects[table].ToArray();
            bytes[at] ^= 4;
            var store = new MemoryObjectStore(snapshot with { Objects = snapshot.Objects.SetItem(table, bytes) });
            var copyThere = await _estate.OpenAsync(store, _estate.OffSite);
            var found = Assert.Single((await BackupComparer.CompareAsync(source, copyThere, Token)).Compared);
            var claim = await BackupComparer.CheckAsync(copyThere, found.B.Id, found.B.Root, Token);

            // What is not read, the pages and their addresses, is verify's matter.
            Assert.Equal(found.IsSame ? ClaimState.Holds : ClaimState.Differs, claim);
            damaged += found.IsSame ? 0 : 1;
        }

        Assert.NotEqual(0, damaged);
    }

    [Fact]
    public async Task An_incomplete_point_is_not_the_same()
    {
        var (source, copy) = await CopiedAsync(points: 1, Block);
        await copy.Folder.CommitAsync(
            state =>
            {
                var draft = new Storage.State.RecordDraft("damage");
                draft.Change(state.Points.First() with { IsComplete = false });
                return draft;
            },
            Token
        );

        var found = Assert.Single((await BackupComparer.CompareAsync(source, copy, Token)).Compared);

        Assert.EndsWith("is incomplete", found.What, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => _estate.Dispose();

    private async Task BackUpAsync(OpenBackup backup)
    {
        Root[(_backUps += 17) % 70 * Block]++;
        await _estate.BackUpAsync(backup, Nightly(backup), _machine);
    }

    private Core.Jobs.JobDefinition Nightly(OpenBackup backup) =>
        _estate.BackupJob() with
        {
            Id = backup.Folder.State.Owner!.Job,
        };

    private async Task<(OpenBackup Source, OpenBackup Copy)> CopiedAsync(int points, int blockSize)
    {
        var offSite = _estate.CopyJob(blockSize: blockSize);
        var source = await _estate.CreateAsync(_estate.BackupJob());
        var copy = await _estate.CreateAsync(offSite, _far);
        for (var point = 0; point < points; point++)
        {
            await BackUpAsync(source);
            await _estate.CopyAsync(source, copy, offSite, _machine.Id);
        }

        return (source, copy);
    }

    /// <summary>Two backups with a point of the same machine and time, between which something was changed.</summary>
    private async Task<(OpenBackup One, OpenBackup Other)> TwinsAsync(Action change)
    {
        var (one, other) = (
            await _estate.CreateAsync(_estate.BackupJob()),
            await _estate.CreateAsync(_estate.BackupJob())
        );
        await _estate.BackUpAsync(one, Nightly(one), _machine);
        change();
        _estate.Clock.AdjustTime(_estate.Clock.GetUtcNow() - TimeSpan.FromHours(1));
        await _estate.BackUpAsync(other, Nightly(other), _machine);
        return (one, other);
    }
}
