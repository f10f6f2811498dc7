using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Converting;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>What a kind promises, taken at its word: all other points go, the bytes are reclaimed, the point restores.</summary>
public sealed class KindTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("forward", PointKind.Full, PointKind.Increment)]
    [InlineData("reverse", PointKind.Full, PointKind.ReverseIncrement)]
    [InlineData("transformed", PointKind.Full, PointKind.Increment, PointKind.ReverseIncrement)]
    [InlineData("converted", PointKind.Full, PointKind.Increment)]
    [InlineData("fulls", PointKind.Full)]
    public async Task Every_point_restores_from_what_its_kind_needs_alone(string shape, params PointKind[] kinds)
    {
        using var estate = new Estate();
        var store = new MemoryObjectStore();
        var contents = await MakeAsync(estate, store, shape);
        var made = await estate.OpenAsync(store, estate.Here);
        var points = made.Folder.State.Points.ToArray();
        Assert.Equal(kinds.Order(), points.Select(point => point.Kind).Distinct().Order());
        Assert.Equal(6, points.Length);

        foreach (var point in points)
        {
            // First all that the kind does not need, then what it needs too: the tables stay as hidden bases.
            var backup = await Janitor.ForkAsync(estate, store, out var fork);
            var needed = NeededBy(point, points);
            foreach (var keep in new[] { needed, [point.Id] })
            {
                await Janitor.RemoveAsync(backup, backup.Folder.State.Points.Where(other => !keep.Contains(other.Id)));
                await Janitor.ReclaimAsync(estate, backup);
                await Janitor.ReclaimAsync(estate, backup, Janitor.s_now with { Full = true });
                var fresh = await estate.OpenAsync(fork, estate.Here);
                Assert.Equal(keep.Count, fresh.Folder.State.Points.Count());
                foreach (var left in keep)
                {
                    Assert.Equal(contents[left], await Estate.ReadAsync(fresh, left, "disk0"));
                }

                var report = await new BackupVerifier(fresh, null).VerifyAsync(data: true, Token);
                Assert.Empty(report.Damaged);
            }

            Assert.Equal(PointKind.Full, backup.Folder.State.FindPoint(point.Id)!.Kind);
        }
    }

    private static HashSet<PointId> NeededBy(RestorePoint point, RestorePoint[] points)
    {
        var needed = new HashSet<PointId>();
        for (var at = point; at is not null; at = points.FirstOrDefault(other => other.Id == at.Parent))
        {
            needed.Add(at.Id);
        }

        return needed;
    }

    private static async Task<Dictionary<PointId, byte[]>> MakeAsync(Estate estate, IObjectStore store, string shape)
    {
        var machine = estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(6, seed: 3)));
        var isReverse = shape is "reverse" or "converted";
        var job = estate.BackupJob(isReverse ? BackupMethod.Reverse : BackupMethod.Forward, keep: 100);
        var backup = await estate.CreateAsync(job, store);
        var contents = await Janitor.GrowAsync(estate, backup, job, machine, shape == "fulls" ? 1 : 3, seed: 4);
        if (shape == "transformed")
        {
            await AddAsync(new FullRequest(Full: false, SyntheticFull: true, Transform: true));
        }

        while (contents.Count < 6)
        {
            await AddAsync(new FullRequest(Full: shape == "fulls", SyntheticFull: false, Transform: false));
        }

        if (shape == "converted")
        {
            await ChainConverter.ConvertToForwardAsync(backup, null, Token);
        }

        return contents;

        async Task AddAsync(FullRequest asked)
        {
            var disk = estate.Disks[(machine.Id, "disk0")];
            new Random(contents.Count).NextBytes(disk.AsSpan(contents.Count * 1000, 3000));
            var made = await estate.BackUpAsync(backup, job, machine, asked);
            contents[made.Point!.Id] = (byte[])disk.Clone();
        }
    }
}
