using Longhaul.Catalog.Sessions;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Copying;

/// <summary>Why a copy has to be a full: what nobody was told of is asked before what the job's definition says.</summary>
public sealed class CopyPlannerTests : IDisposable
{
    private readonly JobSite _site = new();

    /// <summary>Another installation, with a machine of the same name.</summary>
    private readonly JobSite _theirs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _site.Dispose();
        _theirs.Dispose();
    }

    /// <summary>Else a week's full of one machine would go into another's chain, without a word.</summary>
    [Fact]
    public async Task A_machine_that_is_likely_another_needs_consent_also_when_a_full_that_stands_alone_is_due()
    {
        var (job, copy) = await MappedToAnotherAsync();
        _site.Clock.Advance(TimeSpan.FromDays(8));
        await _site.RunAsync(job);

        Assert.Equal(FullReason.ContentDiffers, await ReasonAsync(copy));

        var session = await _site.TryRunAsync(copy);
        Assert.Equal(SessionState.Failed, session.State);
        Assert.Equal("copy.full-unannounced", Assert.Single(session.Tasks).ErrorCode);
        Assert.InRange(session.BytesTransferred, 0, JobSite.DiskSize / 16);
    }

    private async Task<FullReason?> ReasonAsync(JobDefinition copy)
    {
        var repository = await _site.Workplace.OpenRepositoryAsync(copy.Repository, Token);
        using var target = await repository.OpenBackupAsync("seed", wire: null, Token);
        using var opened = new OpenBackups(_site.Workplace);
        var plan = await new CopyPlanner(_site.Workplace, opened).PlanAsync(
            await _site.FindJobAsync(copy),
            target,
            new FullRequest(),
            freeBytes: null,
            Token
        );
        return Assert.Single(plan.Machines).FullReason;
    }

    /// <summary>A copy job with long-term fulls that stand alone, mapped to the backup of the other installation's machine.</summary>
    private async Task<(JobDefinition Job, JobDefinition Copy)> MappedToAnotherAsync()
    {
        var theirs = await _theirs.AddBackupJobAsync("nightly", await _theirs.AddRepositoryAsync("near"));
        _theirs.WriteDisk("nightly", 0, JobSite.DiskSize);
        await _theirs.RunAsync(theirs);
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        var job = await _site.AddBackupJobAsync("nightly", near);
        await _site.RunAsync(job);
        _site.Copy(_theirs["near/nightly"], _site["far/seed"]);
        await _site.RescanAsync(far);
        var copy = await _site.AddCopyJobAsync("offsite", far, job);
        await _site.SaveAsync(copy with { StandaloneFulls = true, KeepWeekly = 4 });
        var verdict = await _site.MapAsync(copy, (await _site.KnownAsync(far))["seed"]);
        Assert.Equal(MatchedBy.Name, Assert.Single(verdict.Machines).MatchedBy);
        return (job, copy);
    }
}
