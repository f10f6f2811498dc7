using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Converting;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>Two machines that are backed up and copied, and all that may happen to their backups, at random.</summary>
internal sealed class RandomLife : IDisposable
{
    private readonly Estate _estate;
    private readonly Random _chance;
    private readonly Dictionary<PointId, Dictionary<string, byte[]>> _model = [];
    private readonly Machine[] _machines;
    private readonly JobDefinition _job;
    private readonly JobDefinition _copyJob;
    private readonly MemoryObjectStore _near = new();
    private OpenBackup _here = null!;
    private OpenBackup _offSite = null!;

    private RandomLife(int seed)
    {
        // Every other life is that of encrypted backups.
        _estate = new Estate { Password = seed % 2 == 0 ? null : new EstatePassword() };
        _chance = new Random(seed);
        var content = Janitor.RandomDisk(5 + _chance.Next(4), seed);
        _machines =
        [
            _estate.AddMachine("srv-db", ("disk0", content)),
            _estate.AddMachine(
                "srv-web",
                ("disk0", (byte[])content.Clone()),
                ("disk1", Janitor.RandomDisk(3, seed + 1))
            ),
        ];
        _estate.Tasks = _chance.Next(1, 3);
        _job = _estate.BackupJob((BackupMethod)_chance.Next(1, 4), keep: _chance.Next(2, 6));
        _copyJob = _estate.CopyJob(keep: _chance.Next(2, 6));
    }

    /// <summary>What may happen, by the name <see cref="StepAsync"/> gives it.</summary>
    internal static IReadOnlyList<string> Steps { get; } =
    ["backup", "copy", "delete", "reclaim", "convert", "map", "unmap"];

    internal static async Task<RandomLife> BeginAsync(int seed)
    {
        var life = new RandomLife(seed);
        life._here = await life._estate.CreateAsync(life._job, life._near);
        life._offSite = await life._estate.CreateAsync(life._copyJob);
        return life;
    }

    /// <summary>Does one thing.</summary>
    /// <returns>What it was; empty when it could not be done now.</returns>
    internal async Task<string> StepAsync()
    {
        if (_chance.Next(10) == 0)
        {
            PlugDisk();
        }

        var machine = _machines[_chance.Next(2)];
        DiskMutation.Apply(_estate, machine, _chance);
        return _chance.Next(20) switch
        {
            < 9 => await BackUpAsync(machine),
            < 13 => await CopyAsync(machine),
            < 15 => await DeleteAsync(_chance.Next(2) == 0 ? _here : _offSite),
            < 17 => await ReclaimAsync(_chance.Next(2) == 0 ? _here : _offSite),
            17 => await ConvertAsync(),
            18 => await MapAsync(),
            _ => await UnmapAsync(),
        };
    }

    /// <summary>The sizes of all points at once are what removing each alone would free.</summary>
    private static async Task CheckSizesAsync(OpenBackup backup)
    {
        var state = backup.Folder.State;
        var sizes = new PointSizes(backup.Tables, backup.Frames.Tables, state);
        foreach (var machine in state.Machines.Values)
        {
            var alone = new List<long>();
            foreach (var point in machine.Points)
            {
                var removal = new Condemnation(backup.Tables, backup.Frames.Tables, state);
                alone.Add((await removal.RemoveAsync([point], CancellationToken.None)).BytesFreed);
            }

            Assert.Equal(alone, await sizes.OfAsync(machine, CancellationToken.None));
        }
    }

    /// <summary>Checks both backups: chain rules, every point's content, and the frames alive.</summary>
    internal async Task CheckAsync()
    {
        foreach (var backup in new[] { _here, _offSite })
        {
            Assert.All(backup.Folder.State.Machines.Values, chain => Assert.Empty(ChainRules.Check(chain.Points)));
            await CheckSizesAsync(backup);
            foreach (var point in backup.Folder.State.Points)
            {
                Assert.Equal(_model[point.Id].Keys.Order(), point.Disks.Select(disk => disk.Id));
                foreach (var (disk, content) in _model[point.Id])
                {
                    var read = await Estate.ReadAsync(backup, point.Id, disk);
                    Assert.True(
                        read.AsSpan().SequenceEqual(content),
                        $"{disk} of {point.Sequence} of {backup.Folder.Name}"
                    );
                }
            }

            await Reachability.CheckAsync(backup);
        }
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>The second machine loses its second disk, or has it again.</summary>
    private void PlugDisk() =>
        _machines[1] = _machines[1] with
        {
            Disks =
                _machines[1].Disks.Count == 1
                    ? [.. _machines[1].Disks, new MachineDisk("disk1", "/disk1")]
                    : [_machines[1].Disks[0]],
        };

    private async Task<string> BackUpAsync(Machine machine)
    {
        var asked = new FullRequest(_chance.Next(6) == 0, _chance.Next(6) == 0, _chance.Next(2) == 0);
        var made = await _estate.BackUpAsync(_here, _job, machine, asked);
        _model[made.Point!.Id] = machine.Disks.ToDictionary(
            disk => disk.Id,
            disk => (byte[])_estate.Disks[(machine.Id, disk.Id)].Clone()
        );
        return "backup";
    }

    private async Task<string> CopyAsync(Machine machine)
    {
        if (NewestOf(_here, machine) is not { } source || NewestOf(_offSite, machine)?.CreatedAt >= source.CreatedAt)
        {
            return "";
        }

        var copied = await _estate.CopyAsync(_here, _offSite, _copyJob, machine.Id);
        _model[copied.Point!.Id] = _model[source.Id];
        return "copy";
    }

    private async Task<string> DeleteAsync(OpenBackup backup)
    {
        var points = backup.Folder.State.Points.ToArray();
        if (points.Length < 2)
        {
            return "";
        }

        await Janitor.RemoveAsync(backup, points[_chance.Next(points.Length)]);
        return "delete";
    }

    private async Task<string> ReclaimAsync(OpenBackup backup)
    {
        await Janitor.ReclaimAsync(_estate, backup, Janitor.s_now with { Full = _chance.Next(2) == 0 });
        return "reclaim";
    }

    private async Task<string> ConvertAsync()
    {
        if (_here.Folder.State.Machines.Values.All(machine => machine.Chain.Shape == ChainShape.ForwardIncremental))
        {
            return "";
        }

        await ChainConverter.ConvertToForwardAsync(_here, session: null, CancellationToken.None);
        return "convert";
    }

    /// <summary>Carries the near folder as it is, converts the copy where it lies, and makes it the copy job's.</summary>
    private async Task<string> MapAsync()
    {
        if (!_here.Folder.State.Points.Any())
        {
            return "";
        }

        var carried = new MemoryObjectStore(_near.Snapshot());
        _offSite = await _estate.OpenAsync(carried, _estate.OffSite);
        await ChainConverter.ConvertToForwardAsync(_offSite, session: null, CancellationToken.None);
        await _offSite.Folder.CommitAsync(
            _ =>
            {
                var draft = new RecordDraft("map");
                draft.SetOwner(new OwnerState(_copyJob.Id, _copyJob.Name, _estate.OffSite, "test"), "{}"u8.ToArray());
                return draft;
            },
            CancellationToken.None
        );
        return "map";
    }

    /// <summary>The copy job leaves its backup, and begins anew with a full.</summary>
    private async Task<string> UnmapAsync()
    {
        await _offSite.Folder.CommitAsync(
            _ =>
            {
                var draft = new RecordDraft("unmap");
                draft.Open.Ownerless = true;
                return draft;
            },
            CancellationToken.None
        );
        await CheckAsync();
        _offSite = await _estate.CreateAsync(_copyJob);
        return "unmap";
    }

    private static RestorePoint? NewestOf(OpenBackup backup, Machine machine) =>
        backup.Folder.State.Machines.GetValueOrDefault(machine.Id)?.Newest;
}
