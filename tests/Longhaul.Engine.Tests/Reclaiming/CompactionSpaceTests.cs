using Longhaul.Core.Jobs;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>What lies in the store, and what compaction moved, over many runs that change scattered pages.</summary>
public sealed class CompactionSpaceTests(ITestOutputHelper output)
{
    private const int Block = 256 << 10;
    private const int Blocks = 64;
    private const int Page = 4096;
    private const int Changes = 6;

    [Theory]
    [InlineData(BackupMethod.ForeverForward, Page, 8 * Changes, false)]
    [InlineData(BackupMethod.ForeverForward, Block, Changes, true)]
    [InlineData(BackupMethod.Reverse, Block, Changes, true)]
    public async Task After_60_scattered_increments_at_most_six_times_the_data_written_is_at_rest(
        BackupMethod method,
        int length,
        int changes,
        bool isCompacted
    )
    {
        var token = TestContext.Current.CancellationToken;
        using var estate = new Estate();
        var store = new MemoryObjectStore();
        var job = estate.BackupJob(method, keep: 7);
        var chance = new Random(11);
        var content = new byte[Blocks * Block];
        chance.NextBytes(content);
        var machine = estate.AddMachine("srv-db", ("disk0", content));
        var backup = await estate.CreateAsync(job, store);
        var ages = new RecordAges(estate.Clock);
        await estate.BackUpAsync(backup, job, machine);
        var full = await AtRestAsync(store);
        var (stored, moved, most) = (full, 0L, 0L);
        for (var run = 0; run < 60; run++)
        {
            for (var change = 0; change < changes; change++)
            {
                chance.NextBytes(content.AsSpan(chance.Next(content.Length / length) * length, length));
            }

            var before = await AtRestAsync(store);
            await estate.BackUpAsync(backup, job, machine);
            stored += await AtRestAsync(store) - before;
            var report = await Janitor.ReclaimAsync(estate, backup, new ReclaimOptions(), ages);
            moved += report.Compaction.BytesWritten;
            most = Math.Max(most, await AtRestAsync(store));
            estate.Clock.Advance(TimeSpan.FromHours(23));
        }

        var written = 60L * changes * length;
        var rest = await AtRestAsync(store);
        var live = backup.Folder.State.Segments.Values.Sum(segment => segment.Size - segment.DeadBytes);
        var listed = backup.Folder.State.Segments.Values.Where(segment => !segment.IsDead).Sum(segment => segment.Size);
        output.WriteLine(
            $"{method}, {length}: full {full}, changed {written}, stored by runs {stored}, at rest {rest}"
                + $" (most {most}), listed {listed}, needed {live}, moved by compaction {moved}"
        );
        Assert.Equal(isCompacted, moved > 0);
        Assert.InRange(rest - full, 0, 6 * written);
        Assert.InRange(most - full, 0, 6 * written);
        Assert.InRange(moved, 0, (CompactionPolicy.DeadPart - 1) * stored);
        var floor = backup.Folder.State.Segments.Count * CompactionPolicy.LeastGain;
        Assert.InRange(listed, live, (live * CompactionPolicy.DeadPart / (CompactionPolicy.DeadPart - 1)) + floor);
        Assert.Equal(content, await Estate.ReadAsync(backup, backup.Folder.State.Points.Last().Id, "disk0"));

        async Task<long> AtRestAsync(MemoryObjectStore of) =>
            (await of.ListAsync("", token).ToListAsync(token)).Sum(file => file.Length);
    }
}
