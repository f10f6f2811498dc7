using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Repairing;
using Longhaul.Jobs.Tests.Sites;
using Xunit;

namespace Longhaul.Jobs.Tests.Copying;

/// <summary>More than blocks is lost at a copy job's target: the machine that needs it fails, and no other.</summary>
public sealed class DamagedCopyTests : IDisposable
{
    private readonly JobSite _site = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_lost_segment_or_table_the_other_machines_are_copied(bool isSegment)
    {
        var (far, copy, jobs) = await CopiedAsync();
        var (lost, other) = (jobs[0].Sources[0].Name, jobs[1].Sources[0].Name);
        using (var target = await OpenAsync(far))
        {
            var state = target.Folder.State;
            var machine = state.Machines.Values.Single(one => one.Name == lost);
            File.Delete(
                _site[
                    isSegment
                        ? $"far/offsite/{BackupNames.SegmentFile(state.Segments.Values.First(one => one.Machine == machine.Id).Id, 1)}"
                        : $"far/offsite/{machine.Tables[0].File}"
                ]
            );
        }

        using (var target = await OpenAsync(far))
        {
            // Nobody has it, so that the newest point is marked, and the next run looks closer.
            var report = await new BackupRepair(_site.Workplace).RepairAsync(target, [], isDryRun: false, null, Token);
            Assert.Single(report.PointsMarked);
        }

        foreach (var job in jobs)
        {
            _site.WriteDisk(job.Name, 0, 4096);
            await _site.RunAsync(job);
        }

        var session = await _site.TryRunAsync(copy);

        Assert.Equal(SessionState.Failed, session.State);
        var tasks = session.Tasks.ToDictionary(task => task.Machine);
        Assert.Equal(SessionState.Failed, tasks[lost].State);
        Assert.Contains(tasks[lost].ErrorCode, (string[])["data.damaged", "data.missing"]);
        Assert.Equal((SessionState.Success, true), (tasks[other].State, tasks[other].Point is not null));
    }

    private async Task<(RepositoryEntry Far, JobDefinition Copy, JobDefinition[] Jobs)> CopiedAsync()
    {
        var near = await _site.AddRepositoryAsync("near");
        var far = await _site.AddRepositoryAsync("far");
        JobDefinition[] jobs =
        [
            await _site.AddBackupJobAsync("first", near),
            await _site.AddBackupJobAsync("second", near),
        ];
        var copy = await _site.AddCopyJobAsync("offsite", far, jobs);
        foreach (var job in jobs)
        {
            await _site.RunAsync(job);
        }

        await _site.RunAsync(copy);
        return (far, copy, jobs);
    }

    private async Task<OpenBackup> OpenAsync(RepositoryEntry repository) =>
        await _site.Workplace.OpenBackupAsync((await _site.KnownAsync(repository))["offsite"], Token);
}
