using Longhaul.Core.Jobs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>What is damaged is never a base, nor does it stop what does not need it.</summary>
public sealed class DamagedBaseTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    /// <summary>The last is a short one.</summary>
    private const int Blocks = 5;

    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _near = new();
    private readonly MemoryObjectStore _far = new();
    private readonly JobDefinition _nightly;
    private readonly JobDefinition _offsite;

    public DamagedBaseTests() => (_nightly, _offsite) = (_estate.BackupJob(), _estate.CopyJob());

    [Theory]
    [InlineData(100, 1)] // a frame
    [InlineData(-60, Blocks)] // the frame table
    public async Task A_block_whose_version_at_the_target_is_damaged_is_sent_whole(int place, int whole)
    {
        var machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(Blocks - 1, seed: 1)));
        var (source, target) = (await _estate.CreateAsync(_nightly, _near), await _estate.CreateAsync(_offsite, _far));
        await _estate.BackUpAsync(source, _nightly, machine);
        await _estate.CopyAsync(source, target, _offsite, machine.Id);
        for (var block = 0; block < Blocks; block++)
        {
            _estate.Disks[(machine.Id, "disk0")][(block * BlockSize) + 7] ^= 1;
        }

        await _estate.BackUpAsync(source, _nightly, machine);
        var damaged = await _estate.OpenAsync(Damage(_far, "segments/", place), _estate.OffSite);
        var outcome = await _estate.CopyAsync(source, damaged, _offsite, machine.Id);

        Assert.Equal(Blocks - whole, outcome.Counts.BlocksDelta);
        Assert.Equal(_estate.Disks[(machine.Id, "disk0")], await Estate.ReadAsync(damaged, outcome.Point!.Id, "disk0"));
    }

    [Fact]
    public async Task Another_machines_damaged_table_stops_no_backup()
    {
        var gone = _estate.AddMachine("srv-old", ("disk0", Janitor.RandomDisk(Blocks - 1, seed: 1)));
        var source = await _estate.CreateAsync(_nightly, _near);
        await _estate.BackUpAsync(source, _nightly, gone);
        var machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(Blocks - 1, seed: 2)));

        var damaged = await _estate.OpenAsync(Damage(_near, "points/", -100), _estate.Here);
        var outcome = await _estate.BackUpAsync(damaged, _nightly, machine);

        Assert.Equal(_estate.Disks[(machine.Id, "disk0")], await Estate.ReadAsync(damaged, outcome.Point!.Id, "disk0"));
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>A copy of a store with a bit flipped in each of some objects: at an offset, or counted from the end.</summary>
    private static MemoryObjectStore Damage(MemoryObjectStore store, string folder, int place)
    {
        var content = store.Snapshot();
        foreach (
            var (name, bytes) in content.Objects.Where(each => each.Key.StartsWith(folder, StringComparison.Ordinal))
        )
        {
            var flipped = bytes.ToArray();
            flipped[place < 0 ? flipped.Length + place : place + 80] ^= 1;
            content = content with { Objects = content.Objects.SetItem(name, flipped) };
        }

        return new MemoryObjectStore(content);
    }
}
