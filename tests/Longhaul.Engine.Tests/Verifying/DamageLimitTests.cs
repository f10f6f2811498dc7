using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Verifying;

public sealed class DamageLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_damage_than_is_listed_is_counted_and_every_point_that_suffers_is_named()
    {
        using var estate = new Estate();
        var store = new MemoryObjectStore();
        var job = estate.BackupJob(keep: 9);
        var disk = new byte[1100 * (256 << 10)];
        for (var block = 0; block < 1100; block++)
        {
            BitConverter.TryWriteBytes(disk.AsSpan(block * (256 << 10)), block + 1);
        }

        var machine = estate.AddMachine("srv", ("disk0", disk));
        var backup = await estate.CreateAsync(job, store);
        await estate.BackUpAsync(backup, job, machine);
        var segment = backup.Folder.State.Segments.Values.Single();
        var name = backup.Frames.Tables.FileOf(segment.Id);
        var bytes = store.Snapshot().Objects[name].ToArray();
        foreach (var frame in (await backup.Frames.Tables.GetAsync(segment.Id, Token)).Frames)
        {
            bytes[frame.PayloadOffset] ^= 1;
        }

        var objects = store.Snapshot();
        var broken = new MemoryObjectStore(objects with { Objects = objects.Objects.SetItem(name, bytes) });
        var report = await new BackupVerifier(await estate.OpenAsync(broken, estate.Here), null).VerifyAsync(
            true,
            Token
        );
        Assert.Equal((1000, 100L), (report.Damaged.Count, report.DamagedUnlisted));
        Assert.Equal(backup.Folder.State.Points.Select(point => point.Id), report.Suffering);
    }
}
