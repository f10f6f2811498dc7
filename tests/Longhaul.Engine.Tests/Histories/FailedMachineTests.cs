using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Tests.Estates;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>A machine that fails in the middle of a run leaves nothing behind that the next ones rely on.</summary>
public sealed class FailedMachineTests
{
    private const int BlockSize = 256 << 10;

    /// <summary>The second machine has the first one's content, which lies in a segment that no record lists.</summary>
    [Fact]
    public async Task Content_of_a_failed_machine_is_stored_anew_for_the_next_one()
    {
        using var estate = new Estate();
        var content = new byte[4 * BlockSize];
        new Random(1).NextBytes(content);
        var failing = estate.AddMachine("failing", ("disk0", content), ("gone", []));
        var good = estate.AddMachine("good", ("disk0", (byte[])content.Clone()));
        var job = estate.BackupJob();
        var backup = await estate.CreateAsync(job);
        var context = estate.Context(job) with
        {
            OpenDisk = (name, disk, _) =>
                ValueTask.FromResult<Sources.IDiskSource>(
                    disk.Id == "gone"
                        ? new FailingDisk()
                        : new MemoryDisk(estate.Disks[(name == "good" ? good.Id : failing.Id, disk.Id)])
                ),
        };
        var run = await BackupRun.BeginAsync(backup, context, CancellationToken.None);

        await Assert.ThrowsAsync<LonghaulException>(() =>
            run.RunMachineAsync(failing, new FullRequest(), CancellationToken.None)
        );
        var outcome = await run.RunMachineAsync(good, new FullRequest(), CancellationToken.None);

        Assert.Equal(0, outcome.Counts.BlocksKnown);
        Assert.Equal(content, await Estate.ReadAsync(backup, outcome.Point!.Id, "disk0"));
    }

    private sealed class FailingDisk : Sources.IDiskSource
    {
        public string Path => "failing";

        public long Size => BlockSize;

        public ValueTask<Sources.DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Sources.DataExtent?>(new Sources.DataExtent(0, BlockSize));

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            throw Errors.DiskReadError("failing", "gone", "/gone", offset, "EIO");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
