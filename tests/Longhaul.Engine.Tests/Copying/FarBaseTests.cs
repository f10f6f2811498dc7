using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>Across a line, what deltas are to stand upon is checked by the far side: many frames with one question.</summary>
public sealed class FarBaseTests : IDisposable
{
    private const int BlockSize = 256 << 10;
    private const int Blocks = 9;

    private readonly Estate _estate = new();
    private readonly MemoryObjectStore _near = new();
    private readonly MemoryObjectStore _far = new();
    private readonly JobDefinition _nightly;
    private readonly JobDefinition _offsite;

    public FarBaseTests() => (_nightly, _offsite) = (_estate.BackupJob(), _estate.CopyJob());

    public void Dispose() => _estate.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task One_question_is_enough_and_what_is_broken_there_is_no_base(int broken)
    {
        var far = new FarSide { Broken = broken };
        var (outcome, target, disk) = await CopyTwiceAsync(far);

        Assert.Equal(1, far.Questions);
        Assert.Equal(Blocks - broken, outcome.Counts.BlocksDelta);
        Assert.Equal(disk, await Estate.ReadAsync(target, outcome.Point!.Id, "disk0"));
    }

    [Fact]
    public async Task A_far_side_that_is_gone_fails_the_machine_and_says_why()
    {
        var error = await Assert.ThrowsAsync<LonghaulException>(() => CopyTwiceAsync(new FarSide { IsGone = true }));

        Assert.Equal("store.unreachable", error.Code);
    }

    private async Task<(Engine.Runs.MachineOutcome Outcome, OpenBackup Target, byte[] Disk)> CopyTwiceAsync(FarSide far)
    {
        var machine = _estate.AddMachine("srv-db", ("disk0", Janitor.RandomDisk(Blocks - 1, seed: 1)));
        var (source, target) = (await _estate.CreateAsync(_nightly, _near), await _estate.CreateAsync(_offsite, _far));
        await _estate.BackUpAsync(source, _nightly, machine);
        await _estate.CopyAsync(source, target, _offsite, machine.Id);
        var disk = _estate.Disks[(machine.Id, "disk0")];
        for (var block = 0; block < Blocks; block++)
        {
            disk[(block * BlockSize) + 7] ^= 1;
        }

        await _estate.BackUpAsync(source, _nightly, machine);
        var targetSide = await _estate.OpenAsync(_far, _estate.OffSite, far: far);
        far.Backup = await _estate.OpenAsync(_far, _estate.OffSite);
        return (await _estate.CopyAsync(source, target, _offsite, machine.Id, targetSide: targetSide), target, disk);
    }

    /// <summary>A far side that can be asked, and may find frames broken.</summary>
    private sealed class FarSide : IFarSide
    {
        public OpenBackup Backup { get; set; } = null!;

        public int Broken { get; init; }

        public bool IsGone { get; init; }

        public int Questions { get; private set; }

        public async ValueTask CheckFramesAsync(
            string folder,
            IReadOnlyList<FrameAddress> frames,
            Action<FrameAddress, bool> answered,
            CancellationToken cancellationToken
        )
        {
            if (IsGone)
            {
                throw Errors.StoreUnreachable(folder);
            }

            Questions += frames.Count > 1 ? 1 : 0;
            var check = new ChainCheck(Backup);
            for (var i = 0; i < frames.Count; i++)
            {
                var isSound = await check.IsSoundAsync(frames[i], cancellationToken);
                answered(frames[i], isSound && i >= Broken && frames.Count > 1);
            }
        }

        public ValueTask<FarScrubReport> ScrubAsync(
            string folder,
            IRunProgress? progress,
            CancellationToken cancellationToken
        ) => throw new NotSupportedException();
    }
}
