using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Mapping;
using Longhaul.Engine.Progress;
using Longhaul.Jobs.Mapping;
using Longhaul.Jobs.Seeding;
using Longhaul.Jobs.Tests.Sites;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Jobs.Tests.Seeding;

/// <summary>An old disk image lies at the far end: it is made a seed, a job is mapped to it, and what changed since is sent.</summary>
public sealed class ImageSeedTests : IDisposable
{
    private const int Page = 4096;

    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("qcow2")]
    [InlineData("raw")]
    public async Task A_job_mapped_to_a_seed_of_an_old_image_sends_only_what_differs(string format)
    {
        var (near, far, copy) = await SourceAsync();
        await ImageAsync(format);
        _site.WriteDisk("nightly", 3 * Page, Page);
        await _site.RunAsync(near);

        var (plan, seed) = await MakeAsync(copy);

        Assert.Equal(_site.Clock.GetUtcNow().AddHours(-2), plan.CreatedAt);
        Assert.True(plan.CreatedAt < plan.NewestSource);
        Assert.Equal((PointKind.Full, BackupOrigin.Copy), (seed.Point.Kind, seed.Point.WrittenBy));
        var entry = (await _site.KnownAsync(far))[seed.Backup];
        Assert.Equal((BackupState.Ownerless, 256 << 10), (entry.State, entry.BlockSize));
        var verdict = await MapAsync(copy, entry);
        Assert.Equal(Verdict.Ok, verdict.Verdict);
        Assert.Equal(MatchedBy.Id, Assert.Single(verdict.Machines).MatchedBy);

        var session = await _site.RunAsync(copy);
        var task = Assert.Single(session.Tasks);
        Assert.Equal((PointKind.Increment, "digests"), (task.Kind, task.BaselineFoundBy));
        Assert.Equal(1, task.BlocksChanged);
        Assert.InRange(session.BytesTransferred, Page, JobSite.DiskSize / 16);
    }

    [Fact]
    public async Task An_encrypting_job_gets_an_encrypted_seed_that_its_password_opens()
    {
        _site.Give("secret");
        var (near, far, copy) = await SourceAsync(encrypt: true);
        await ImageAsync("raw");
        _site.WriteDisk("nightly", 3 * Page, Page);
        await _site.RunAsync(near);

        var (_, seed) = await MakeAsync(copy);

        var entry = (await _site.KnownAsync(far))[seed.Backup];
        Assert.True(entry.Encrypted);
        Assert.Equal(Verdict.Ok, (await MapAsync(copy, entry)).Verdict);
        Assert.Equal(1, Assert.Single((await _site.RunAsync(copy)).Tasks).BlocksChanged);
    }

    [Fact]
    public async Task A_seed_that_is_half_made_is_taken_by_no_job_and_the_next_call_makes_it_whole()
    {
        var (_, far, copy) = await SourceAsync();
        await ImageAsync("raw");
        using var cancelled = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            MakeAsync(copy, new Cancelling(cancelled), cancelled.Token)
        );

        await _site.RescanAsync(far);
        var half = Assert.Single(await _site.KnownAsync(far)).Value;
        var verdict = await MapAsync(copy, half);
        Assert.Equal(Verdict.Refused, verdict.Verdict);
        Assert.Contains(verdict.Checks, check => (check.Code, check.Verdict) is ("mapping.owned", Verdict.Refused));

        var (_, seed) = await MakeAsync(copy);
        Assert.Equal(half.Folder, seed.Backup);
        Assert.Equal(Verdict.Ok, (await MapAsync(copy, (await _site.KnownAsync(far))[seed.Backup])).Verdict);
    }

    [Fact]
    public async Task The_same_call_again_makes_no_second_seed()
    {
        var (_, far, copy) = await SourceAsync();
        await ImageAsync("raw");
        var (_, first) = await MakeAsync(copy);

        var (_, second) = await MakeAsync(copy);

        Assert.True(second.WasThere);
        Assert.Equal((first.Backup, first.Point.Id), (second.Backup, second.Point.Id));
        Assert.Single(await _site.KnownAsync(far));
    }

    [Fact]
    public async Task Images_of_other_disks_are_another_seed_though_they_are_of_the_same_time()
    {
        var (_, far, copy) = await SourceAsync();
        await ImageAsync("raw");
        var (plan, first) = await MakeAsync(copy);
        MachineDisk[] disks = [.. plan.Machine.Disks, new MachineDisk("disk1", _site["old.img"])];
        var more = plan with { Machine = new Machine(plan.Machine.Id, plan.Machine.Name, disks) };

        var second = await new ImageSeeding(_site.Workplace).MakeAsync(more, progress: null, Token);

        Assert.False(second.WasThere);
        Assert.Equal(["disk0", "disk1"], second.Point.Disks.Select(disk => disk.Id));
        Assert.NotEqual(first.Backup, second.Backup);
        Assert.Equal(2, (await _site.KnownAsync(far)).Count);
    }

    [Fact]
    public async Task The_same_call_after_the_job_was_mapped_makes_no_second_seed_and_after_it_ran_neither()
    {
        var (near, far, copy) = await SourceAsync();
        await ImageAsync("raw");
        var (_, seed) = await MakeAsync(copy);
        await MapAsync(copy, (await _site.KnownAsync(far))[seed.Backup]);

        var (_, mapped) = await MakeAsync(await _site.FindJobAsync(copy));
        await _site.RunAsync(near);
        await _site.RunAsync(copy);
        var (_, gone) = await MakeAsync(await _site.FindJobAsync(copy));

        Assert.All([mapped, gone], one => Assert.True(one.WasThere));
        Assert.All([mapped, gone], one => Assert.Equal((seed.Backup, seed.Point.Id), (one.Backup, one.Point.Id)));
        Assert.Single(await _site.KnownAsync(far));
    }

    [Fact]
    public async Task A_job_with_a_backup_of_its_own_makes_no_seed()
    {
        var (near, far, copy) = await SourceAsync();
        await ImageAsync("raw");
        await _site.RunAsync(near);
        await _site.RunAsync(copy);
        var job = await _site.FindJobAsync(copy);

        var error = await Assert.ThrowsAsync<LonghaulException>(() => MakeAsync(job));

        Assert.Equal("seed.job-has-backup", error.Code);
        Assert.Contains("job unmap offsite", error.Hint, StringComparison.Ordinal);
        Assert.Equal(["offsite"], (await _site.KnownAsync(far)).Keys);
    }

    [Fact]
    public async Task A_machine_that_is_not_the_jobs_and_a_disk_that_is_not_the_machines_are_refused()
    {
        var (_, _, copy) = await SourceAsync();
        await ImageAsync("raw");

        var machine = await Assert.ThrowsAsync<LonghaulException>(() => PlanAsync(copy, "other", "disk0"));
        var disk = await Assert.ThrowsAsync<LonghaulException>(() => PlanAsync(copy, "nightly-vm", "swap"));

        Assert.Equal(("usage.invalid", "usage.invalid"), (machine.Code, disk.Code));
        Assert.Contains("'nightly-vm'", machine.Hint, StringComparison.Ordinal);
        Assert.Contains("'disk0'", disk.Hint, StringComparison.Ordinal);
    }

    /// <summary>A backup job with one point, and a copy job that is to send it to the far repository.</summary>
    private async Task<(JobDefinition Near, RepositoryEntry Far, JobDefinition Copy)> SourceAsync(bool encrypt = false)
    {
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        var job = await _site.AddBackupJobAsync("nightly", near, encrypt);
        await _site.RunAsync(job);
        return (job, far, await _site.AddCopyJobAsync("offsite", far, job));
    }

    /// <summary>The disk as it is now, as an image that was written an hour ago.</summary>
    private async Task ImageAsync(string format)
    {
        await ExternalTool.RunAsync(
            Require.Tool("qemu-img"),
            ["convert", "-f", "raw", "-O", format, _site["nightly.raw"], _site["old.img"]],
            Token
        );
        File.SetLastWriteTimeUtc(_site["old.img"], _site.Clock.GetUtcNow().AddHours(-1).UtcDateTime);
    }

    private Task<ImageSeedPlan> PlanAsync(JobDefinition copy, string machine, string disk) =>
        new ImageSeedPlanner(_site.Workplace).PlanAsync(
            new ImageSeedRequest(copy, machine, [new MachineDisk(disk, _site["old.img"])], CreatedAt: null),
            Token
        );

    private async Task<(ImageSeedPlan Plan, ImageSeed Seed)> MakeAsync(
        JobDefinition copy,
        IRunProgress? progress = null,
        CancellationToken? token = null
    )
    {
        var plan = await PlanAsync(copy, "nightly-vm", "disk0");
        return (plan, await new ImageSeeding(_site.Workplace).MakeAsync(plan, progress, token ?? Token));
    }

    private Task<MappingVerdict> MapAsync(JobDefinition job, BackupEntry seed) =>
        new JobMapper(_site.Workplace).MapAsync(job, seed, new MapOptions(), Token);

    /// <summary>Cancels when some of the disk is read.</summary>
    private sealed class Cancelling(CancellationTokenSource source) : IRunProgress, IMachineProgress
    {
        public void CountBy(TransferCounter line) { }

        public IMachineProgress Begin(string machine, string stage, long bytesTotal) => this;

        public void BeginDisk(string disk) { }

        public void EndDisk(string disk) { }

        public void Advance(long bytesDone) => source.Cancel();
    }
}
