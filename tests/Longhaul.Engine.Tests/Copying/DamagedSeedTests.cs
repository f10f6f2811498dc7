using CsCheck;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>A block of a seed that fails its verification is sent again.</summary>
public sealed class DamagedSeedTests : IAsyncLifetime
{
    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _near = new();
    private JobDefinition _job = null!;
    private Machine _machine = null!;
    private OpenBackup _source = null!;
    private IReadOnlyList<FrameAddress> _frames = [];
    private MemoryStoreSnapshot _seed = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Five points with deltas; the folder is carried, and one more point made.</summary>
    public async ValueTask InitializeAsync()
    {
        _job = _estate.BackupJob(keep: 100);
        _machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(8, seed: 1)));
        _source = await _estate.CreateAsync(_job, _near);
        await Janitor.GrowAsync(_estate, _source, _job, _machine, 5, seed: 5);
        _frames = [.. (await Reachability.ReachedAsync(_source)).Keys.OrderBy(frame => frame.ToString())];
        _seed = _near.Snapshot();
        await Janitor.GrowAsync(_estate, _source, _job, _machine, 1, seed: 6);
    }

    [Fact]
    public async Task What_fails_is_sent_again_and_the_new_point_is_whole() =>
        await Gen.Int[0, _frames.Count - 1]
            .HashSet[1, 4]
            .SampleAsync(
                async picked =>
                {
                    var target = await DamageAsync(picked.Select(index => _frames[index]));
                    var before = await new BackupVerifier(target, null).VerifyAsync(data: true, Token);
                    var damaged = DamagedBlocks.Of(before, target.Folder.State);

                    await _estate.CopyAsync(_source, target, CopyJob(), _machine.Id, damaged: damaged);

                    var after = await new BackupVerifier(target, null).VerifyAsync(data: true, Token);
                    var newest = target.Folder.State.Machines[_machine.Id].Newest!;
                    Assert.Equal(_source.Folder.State.Machines[_machine.Id].Newest!.Root, newest.Root);
                    Assert.DoesNotContain(newest.Id, after.Suffering);
                    Assert.Equal(before.Suffering.Order(), after.Suffering.Order());
                },
                iter: 60,
                threads: 1
            );

    [Fact]
    public async Task Without_sending_it_again_the_new_point_would_suffer()
    {
        var suffering = 0;
        foreach (var frame in _frames)
        {
            var target = await DamageAsync([frame]);
            await _estate.CopyAsync(_source, target, CopyJob(), _machine.Id);
            var report = await new BackupVerifier(target, null).VerifyAsync(data: true, Token);
            suffering += report.Suffering.Contains(target.Folder.State.Machines[_machine.Id].Newest!.Id) ? 1 : 0;
        }

        Assert.InRange(suffering, 1, _frames.Count);
    }

    [Fact]
    public async Task Of_a_seed_whose_segment_is_gone_the_machine_that_needs_it_is_not_copied()
    {
        var target = await LoseSegmentAsync();
        var report = await new BackupVerifier(target, null).VerifyAsync(data: true, Token);

        var damaged = DamagedBlocks.Of(report, target.Folder.State);

        Assert.Equal([_machine.Id], damaged.Machines);
        var error = await Assert.ThrowsAsync<LonghaulException>(() =>
            _estate.CopyAsync(_source, target, CopyJob(), _machine.Id, damaged: damaged)
        );
        Assert.Equal("data.damaged", error.Code);
    }

    [Fact]
    public async Task What_is_lost_of_a_machine_is_no_failure_of_another()
    {
        var target = await LoseSegmentAsync();
        var report = await new BackupVerifier(target, null).VerifyAsync(data: true, Token);

        var damaged = DamagedBlocks.Of(report, target.Folder.State);

        Assert.NotNull(damaged.FailureOf(_machine.Id));
        Assert.Null(damaged.FailureOf(MachineId.New()));
    }

    public ValueTask DisposeAsync()
    {
        _estate.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The carried folder without its oldest segment.</summary>
    private async Task<OpenBackup> LoseSegmentAsync()
    {
        var segment = _source.Folder.State.Segments.Values.MinBy(listed => listed.Born)!;
        var objects = _seed.Objects.Remove(_source.Frames.Tables.FileOf(segment.Id));
        return await _estate.OpenAsync(new MemoryObjectStore(_seed with { Objects = objects }), _estate.Here);
    }

    /// <summary>Owns the folder already: mapping is not what is tested here.</summary>
    private JobDefinition CopyJob() => _estate.CopyJob(keep: 100) with { Id = _job.Id, Repository = _estate.Here };

    /// <summary>The carried folder, with a bit flipped in the payload of some frames.</summary>
    private async Task<OpenBackup> DamageAsync(IEnumerable<FrameAddress> frames)
    {
        var objects = _seed.Objects;
        foreach (var frame in frames)
        {
            var info = (await _source.Frames.Tables.FindAsync(frame, Token)).Frame;
            var name = _source.Frames.Tables.FileOf(frame.Segment);
            var bytes = objects[name].ToArray();
            bytes[info.PayloadOffset] ^= 1;
            objects = objects.SetItem(name, bytes);
        }

        return await _estate.OpenAsync(new MemoryObjectStore(_seed with { Objects = objects }), _estate.Here);
    }
}
