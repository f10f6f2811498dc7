using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Longhaul.Testing.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>A repository with one backup, and what must be in it.</summary>
internal sealed class TroubledPlace
{
    private readonly int _seed;
    private MemoryObjectStore _inner = new() { BestSegmentSize = 2 * TroubledLife.BlockSize };

    internal TroubledPlace(JobDefinition job, int seed)
    {
        (Job, _seed) = (job, seed);
        Store = new UnruledStore(_inner, seed);
    }

    /// <summary>The job that writes to it, or was the last to do so.</summary>
    internal JobDefinition Job { get; }

    internal UnruledStore Store { get; private set; }

    /// <summary>What is remembered here of other processes' leases in it.</summary>
    internal LeaseMemory Leases { get; } = new();

    /// <summary>When its records were first seen.</summary>
    internal BootAges Ages { get; } = new();

    /// <summary>Contents by point.</summary>
    internal Dictionary<PointId, byte[]> Model { get; } = [];

    /// <summary>What the run that was made last would have stored.</summary>
    internal byte[]? Attempted { get; set; }

    /// <summary>The points that were there before the step, oldest first.</summary>
    internal IReadOnlyList<PointId> Visible { get; set; } = [];

    internal EstatePassword? Password { get; set; }

    internal bool MayBeEncrypted { get; set; }

    /// <summary>Whether a record that changes its owner may have been put.</summary>
    internal bool MayHaveAnotherOwner { get; set; }

    /// <summary>Whether somebody opened it since it was checked.</summary>
    internal bool IsTouched { get; set; }

    internal PointId? MayRemove { get; set; }

    internal bool MayRemoveOldest { get; set; }

    /// <summary>The file in which a bit is not what it was.</summary>
    internal string? Rotten { get; private set; }

    /// <summary>The folder, as it is now, carried to another repository.</summary>
    internal TroubledPlace Carry(JobDefinition job, int seed)
    {
        var carried = new TroubledPlace(job, seed)
        {
            Password = Password,
            Visible = Visible,
            _inner = Again(_inner.Snapshot()),
        };
        carried.Store = new UnruledStore(carried._inner, seed);
        foreach (var (point, content) in Model)
        {
            carried.Model[point] = content;
        }

        return carried;
    }

    internal void Rot(Random chance)
    {
        var snapshot = _inner.Snapshot();
        var names = snapshot
            .Objects.Keys.Where(name =>
                name.StartsWith("segments/", StringComparison.Ordinal)
                || name.StartsWith("points/", StringComparison.Ordinal)
                || name.StartsWith("log/", StringComparison.Ordinal)
            )
            .ToArray();
        Rotten = names[chance.Next(names.Length)];
        var bytes = snapshot.Objects[Rotten].ToArray();
        bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));
        _inner = Again(snapshot with { Objects = snapshot.Objects.SetItem(Rotten, bytes) });
        Store = new UnruledStore(_inner, _seed);
    }

    /// <summary>Everything there is reads as what was written, and nothing is gone that nobody removed.</summary>
    internal async Task CheckAsync(OpenBackup backup, MachineId machine)
    {
        RestorePoint[] chain = [.. backup.Folder.State.Machines.GetValueOrDefault(machine)?.Points ?? []];
        Assert.Empty(ChainRules.Check(chain));
        var gone = Visible.Except(chain.Select(point => point.Id)).ToArray();
        if (MayRemoveOldest)
        {
            // Retention takes the oldest, and leaves as many as it must.
            Assert.True(gone.Length == 0 || chain.Length >= Job.Keep, $"{gone.Length} of {chain.Length} are gone");
            Assert.Equal(Visible.Take(gone.Length), gone);
        }
        else
        {
            Assert.DoesNotContain(gone, point => point != MayRemove);
        }

        Assert.Empty(await CheckReadAsync(backup));
        Visible = [.. chain.Select(point => point.Id)];
        (MayRemove, MayRemoveOldest, IsTouched) = (null, false, false);
    }

    /// <summary>What verify says suffers is what cannot be read, and what can be read is what was written.</summary>
    /// <returns>How many points suffer.</returns>
    internal async Task<int> CheckRottenAsync(OpenBackup backup)
    {
        var failing = await CheckReadAsync(backup);
        var report = await new BackupVerifier(backup, null).VerifyAsync(data: true, CancellationToken.None);
        Assert.Subset(report.Suffering.ToHashSet(), failing.ToHashSet());
        Assert.All(report.Damaged, damage => Assert.Equal(Rotten, damage.File));
        return report.Suffering.Count;
    }

    /// <summary>Reads every point.</summary>
    /// <returns>Those that cannot be read, with an error that says so.</returns>
    private async Task<IReadOnlyList<PointId>> CheckReadAsync(OpenBackup backup)
    {
        var failing = new List<PointId>();
        foreach (var point in backup.Folder.State.Points)
        {
            // It was committed, and the answer got lost.
            if (!Model.TryGetValue(point.Id, out var content))
            {
                content = Model[point.Id] = Assert.IsType<byte[]>(Attempted);
            }

            try
            {
                var read = await Estate.ReadAsync(backup, point.Id, TroubledLife.Disk);
                Assert.True(read.AsSpan().SequenceEqual(content), $"point {point.Sequence} is another");
            }
            catch (LonghaulException error)
                when (Rotten is { } rotten && error.Code is ("data.damaged" or "format.unsupported"))
            {
                Assert.Contains(rotten, error.Message, StringComparison.Ordinal);
                failing.Add(point.Id);
            }
        }

        return failing;
    }

    private MemoryObjectStore Again(MemoryStoreSnapshot snapshot) =>
        new(snapshot) { BestSegmentSize = _inner.BestSegmentSize };
}
