using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>The descriptor has no checksum: a bit that flips in it may leave another id, as valid as the right one.</summary>
public sealed class FlippedDescriptorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_read_another_backup_id_commits_nothing(bool full)
    {
        using var estate = new Estate();
        var job = estate.BackupJob();
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(3, seed: 1)));
        var store = new MemoryObjectStore();
        await estate.BackUpAsync(await estate.CreateAsync(job, store), job, machine);
        new Random(2).NextBytes(estate.Disks[(machine.Id, "disk0")]);
        var before = store.Snapshot();
        var descriptor = before.Objects[BackupNames.Backup];
        var asked = new FullRequest(full);
        var accepted = 0;
        for (var bit = 0; bit < 8 * descriptor.Length; bit++)
        {
            var bytes = descriptor.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            var flipped = new MemoryObjectStore(
                before with
                {
                    Objects = before.Objects.SetItem(BackupNames.Backup, bytes),
                }
            );
            try
            {
                await estate.BackUpAsync(await estate.OpenAsync(flipped, job.Repository), job, machine, asked);
            }
            catch (LonghaulException error) when (error.Code is "data.damaged" or "format.unsupported")
            {
                continue;
            }

            // As others see it, for whom the bit is what it was.
            accepted++;
            var after = flipped.Snapshot();
            var sound = new MemoryObjectStore(
                after with
                {
                    Objects = after.Objects.SetItem(BackupNames.Backup, descriptor),
                }
            );
            var backup = await estate.OpenAsync(sound, job.Repository);
            foreach (var point in backup.Folder.State.Points)
            {
                await Estate.ReadAsync(backup, point.Id, "disk0");
            }
        }

        // The digits of the date are for people.
        Assert.True(accepted > 0);
    }
}
