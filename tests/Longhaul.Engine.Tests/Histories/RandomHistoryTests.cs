using CsCheck;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Retaining;
using Longhaul.Engine.Tests.Estates;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>Random lives of backups and their copies, against a model that keeps every point's content whole.</summary>
public sealed class RandomHistoryTests
{
    private const int BlockSize = 256 << 10;

    [Fact]
    public async Task After_every_step_every_visible_point_restores_and_the_frames_alive_are_those_reached() =>
        await Gen.Int[0, int.MaxValue].SampleAsync(async seed => await LiveAsync(seed), iter: 40, threads: 2);

    private static async Task LiveAsync(int seed)
    {
        var chance = new Random(seed);
        using var estate = new Estate();
        var content = new byte[(9 * BlockSize) + chance.Next(BlockSize)];
        var machine = estate.AddMachine("srv-db", ("disk0", content));
        var job = estate.BackupJob((BackupMethod)chance.Next(1, 4), keep: chance.Next(2, 6));
        var copyJob = estate.CopyJob(keep: chance.Next(2, 6));
        var here = await estate.CreateAsync(job);
        var offSite = await estate.CreateAsync(copyJob);
        var model = new Dictionary<PointId, byte[]>();

        for (var step = 0; step < 25; step++)
        {
            Mutate(estate, machine, chance);
            switch (chance.Next(10))
            {
                case < 6:
                    var asked = new FullRequest(chance.Next(6) == 0, chance.Next(6) == 0, chance.Next(2) == 0);
                    var made = await estate.BackUpAsync(here, job, machine, asked);
                    model[made.Point!.Id] = (byte[])estate.Disks[(machine.Id, "disk0")].Clone();
                    break;
                case < 8 when here.Folder.State.Points.Any():
                    var source = here.Folder.State.Machines[machine.Id].Newest!;
                    if (offSite.Folder.State.Points.All(point => point.SourcePoint != source.Id))
                    {
                        var copied = await estate.CopyAsync(here, offSite, copyJob, machine.Id);
                        model[copied.Point!.Id] = model[source.Id];
                    }

                    break;
                default:
                    await DeleteOneAsync(chance.Next(2) == 0 ? here : offSite, chance);
                    break;
            }

            await CheckAsync(here, model);
            await CheckAsync(offSite, model);
        }
    }

    private static async Task DeleteOneAsync(OpenBackup backup, Random chance)
    {
        var points = backup.Folder.State.Points.ToArray();
        if (points.Length < 2)
        {
            return;
        }

        var victim = points[chance.Next(points.Length)];
        var remover = new PointRemover(backup.Folder, backup.Tables, backup.Frames.Tables);
        await remover.RemoveAsync(_ => [victim], "delete", null, CancellationToken.None);
    }

    private static async Task CheckAsync(OpenBackup backup, Dictionary<PointId, byte[]> model)
    {
        foreach (var chain in backup.Folder.State.Machines.Values)
        {
            Assert.Empty(ChainRules.Check(chain.Points));
        }

        foreach (var point in backup.Folder.State.Points)
        {
            var read = await Estate.ReadAsync(backup, point.Id, "disk0");
            Assert.True(
                read.AsSpan().SequenceEqual(model[point.Id]),
                $"point {point.Sequence} of {backup.Folder.Name}"
            );
        }

        await Reachability.CheckAsync(backup);
    }

    /// <summary>Writes like a machine does: small pages, new blocks, zeros, moved blocks; now and then the size changes.</summary>
    private static void Mutate(Estate estate, Machine machine, Random chance)
    {
        var key = (machine.Id, "disk0");
        var disk = estate.Disks[key];
        var blocks = disk.Length / BlockSize;
        for (var i = chance.Next(4); i > 0; i--)
        {
            var at = chance.Next(blocks) * BlockSize;
            switch (chance.Next(5))
            {
                case 0:
                    chance.NextBytes(disk.AsSpan(at, BlockSize));
                    break;
                case 1:
                    disk.AsSpan(at, BlockSize).Clear();
                    break;
                case 2:
                    disk.AsSpan(chance.Next(blocks) * BlockSize, BlockSize).CopyTo(disk.AsSpan(at));
                    break;
                default:
                    chance.NextBytes(disk.AsSpan(at + chance.Next(BlockSize - 4096), 4096));
                    break;
            }
        }

        if (chance.Next(12) == 0)
        {
            Array.Resize(ref disk, Math.Max(2 * BlockSize, disk.Length + chance.Next(-2 * BlockSize, 2 * BlockSize)));
            estate.Disks[key] = disk;
        }
    }
}
