using Longhaul.Core.Fulls;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Verifying;

public sealed class DamagedTableBetweenTests
{
    [Fact]
    public async Task A_damaged_table_below_a_full_hurts_its_own_point_and_is_no_end_of_the_verification()
    {
        using var estate = new Estate();
        var store = new MemoryObjectStore();
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(4, seed: 1)));
        var job = estate.BackupJob(keep: 100);
        var here = await estate.CreateAsync(job, store);
        await estate.BackUpAsync(here, job, machine);
        estate.Disks[(machine.Id, "disk0")][0] ^= 1;
        var second = (await estate.BackUpAsync(here, job, machine)).Point!;
        estate.Disks[(machine.Id, "disk0")][1] ^= 1;
        await estate.BackUpAsync(here, job, machine, new FullRequest(Full: true));

        var file = here.Folder.State.Machines[machine.Id].Tables.Single(table => table.Point == second.Id).File;
        var there = store.Snapshot();
        var cut = there with { Objects = there.Objects.SetItem(file, there.Objects[file][..^9]) };
        var damaged = await estate.OpenAsync(new MemoryObjectStore(cut), estate.Here);
        var report = await new BackupVerifier(damaged, null).VerifyAsync(
            data: true,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(file, Assert.Single(report.Damaged).File);
        Assert.Equal([second.Id], report.Suffering);
    }
}
