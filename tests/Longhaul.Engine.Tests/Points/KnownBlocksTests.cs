using Longhaul.Engine.Points;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Digests;
using Xunit;

namespace Longhaul.Engine.Tests.Points;

/// <summary>What a backup has already is read once, for all machines of a run.</summary>
public sealed class KnownBlocksTests
{
    private const int BlockSize = 256 << 10;

    [Fact]
    public async Task Who_asks_after_one_who_was_called_off_gets_an_answer()
    {
        using var estate = new Estate();
        var disk = Janitor.RandomDisk(2, seed: 1);
        var machine = estate.AddMachine("srv-db", ("disk0", disk));
        var job = estate.BackupJob();
        var backup = await estate.CreateAsync(job);
        await estate.BackUpAsync(backup, job, machine);
        var known = new KnownBlocks(BlockSize);
        known.LoadWhenAsked(backup.Tables);
        var wanted = DigestTree.Block(disk.AsSpan(0, BlockSize), BlockSize);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await known.FindAsync(wanted, BlockSize, new CancellationToken(canceled: true))
        );

        Assert.NotNull(await known.FindAsync(wanted, BlockSize, TestContext.Current.CancellationToken));
    }
}
