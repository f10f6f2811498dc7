using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Format.Segments;
using Xunit;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>A version that the deltas after it pass over goes with its point; what they stand upon stays.</summary>
/// <remarks>Source: docs/decisions/0008-which-version-a-delta-is-upon.md.</remarks>
public sealed class PassedOverTests : IDisposable
{
    private const int Block = 256 << 10;
    private const int Page = 4096;

    /// <summary>As many deltas as are made before any version is passed over.</summary>
    private const int Quarter = 8;

    private readonly Estate _estate = new();
    private readonly JobDefinition _job;
    private readonly Machine _machine;
    private readonly byte[] _disk = new byte[Block];
    private readonly Dictionary<PointId, byte[]> _contents = [];
    private readonly Random _chance = new(3);
    private OpenBackup _backup = null!;

    public PassedOverTests()
    {
        _chance.NextBytes(_disk);
        _job = _estate.BackupJob(keep: 100);
        _machine = _estate.AddMachine("srv-db", ("disk0", _disk));
    }

    [Fact]
    public async Task It_goes_with_its_point()
    {
        var (below, passedOver) = await BeginAsync();

        await Janitor.RemoveAsync(_backup, _backup.Folder.State.Points.ElementAt(Quarter + 1));
        var alive = Reachability.AliveOf(_backup.Folder.State);
        Assert.DoesNotContain(passedOver, alive);
        Assert.Contains(below, alive);

        await Janitor.ReclaimAsync(_estate, _backup);
        await DyingBackup.CheckAsync(_backup, _contents);
    }

    [Fact]
    public async Task It_goes_in_its_turn_and_what_is_below_it_stays()
    {
        var (below, passedOver) = await BeginAsync();
        while (_backup.Folder.State.Points.Count() > 1)
        {
            await Janitor.RemoveAsync(_backup, _backup.Folder.State.Points.First());
            await Janitor.ReclaimAsync(_estate, _backup);
            await DyingBackup.CheckAsync(_backup, _contents);
        }

        var alive = Reachability.AliveOf(_backup.Folder.State);
        Assert.DoesNotContain(passedOver, alive);
        Assert.Contains(below, alive);
    }

    public void Dispose() => _estate.Dispose();

    /// <summary>Makes small deltas until one may be passed over, and then a large one that does.</summary>
    private async Task<(FrameAddress Below, FrameAddress PassedOver)> BeginAsync()
    {
        _backup = await _estate.CreateAsync(_job);
        var below = default(FrameAddress);
        var passedOver = default(FrameAddress);
        await BackUpAsync(pages: 0);
        for (var run = 0; run <= Quarter; run++)
        {
            below = passedOver;
            passedOver = await BackUpAsync(pages: 1);
        }

        var newest = await BackUpAsync(pages: 4);
        var link = await _backup.Frames.Tables.FindAsync(newest, CancellationToken.None);
        Assert.Equal(below, link.Frame.Base);
        return (below, passedOver);
    }

    /// <summary>Writes pages, and takes a point.</summary>
    /// <returns>The frame of the one block.</returns>
    private async Task<FrameAddress> BackUpAsync(int pages)
    {
        for (var page = 0; page < pages; page++)
        {
            _chance.NextBytes(_disk.AsSpan(_chance.Next(Block / Page) * Page, Page));
        }

        var made = await _estate.BackUpAsync(_backup, _job, _machine);
        _contents[made.Point!.Id] = (byte[])_disk.Clone();
        var view = await _backup.Tables.ViewAsync(made.Point.Id, CancellationToken.None);
        return (await view.Disks[0].ReadPageAsync(0, CancellationToken.None))[0].Address!.Value;
    }
}
