using Longhaul.Core.Backups;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed partial class JobCommandTests
{
    [Fact]
    public async Task A_job_is_disabled_and_enabled()
    {
        await AddBackupAsync("nightly");

        Assert.False((await _shell.JsonAsync("job", "disable", "nightly")).Flag("enabled"));
        Assert.True((await _shell.JsonAsync("job", "enable", "nightly")).Flag("enabled"));
    }

    [Fact]
    public async Task A_job_whose_backup_was_taken_over_is_not_enabled()
    {
        await AddBackupAsync("nightly");
        await _shell.JsonAsync("job", "disable", "nightly");
        await SaveBackupAsync("nightly", BackupOrigin.Backup, owner: JobId.New());
        await using (var work = await _shell.Catalog.WriteAsync(Token))
        {
            var job = Assert.Single(await work.Jobs.ListAsync(Token));
            var backup = Assert.Single(await work.Backups.ListAsync(null, Token));
            await work.Jobs.SaveAsync(job with { Backup = backup.BackupId }, Token);
            await work.CommitAsync(Token);
        }

        await _shell.ErrorAsync(3, "job.backup-owned", "job", "enable", "nightly");
        Assert.Equal("nightly", (await _shell.JsonAsync("job", "show", "nightly")).Text("backup"));
        await _shell.ErrorAsync(2, "usage.invalid", "job", "edit", "nightly", "--repository", "offsite");
    }

    [Fact]
    public async Task Removing_forgets_the_job_and_says_who_copied_it()
    {
        await AddBackupAsync("nightly");
        await _shell.JsonAsync("job", "add", "copy", "dr", "--job", "nightly", "--repository", "offsite");

        Assert.True((await _shell.JsonAsync("job", "remove", "nightly")).Flag("removed"));
        Assert.Contains("dr", _shell.Interaction.Err.ToString(), StringComparison.Ordinal);
        Assert.Equal(["dr"], (await _shell.JsonAsync("job", "list")).Names());
    }

    [Fact]
    public async Task A_removed_job_leaves_its_backup_ownerless_with_its_points()
    {
        await WriteDiskAsync("db");
        await AddBackupAsync("nightly");
        await _shell.JsonAsync("job", "run", "nightly");
        Assert.Equal("owned", (await _shell.JsonAsync("backup", "show", "nightly")).Text("state"));

        await _shell.JsonAsync("job", "remove", "nightly");

        var backup = await _shell.JsonAsync("backup", "show", "nightly");
        Assert.Equal("ownerless", backup.Text("state"));
        Assert.Single(backup.GetProperty("machines")[0].GetProperty("points").EnumerateArray());
    }

    [Fact]
    public async Task A_job_whose_repository_is_away_is_removed_all_the_same_and_that_is_said()
    {
        await WriteDiskAsync("db");
        await AddBackupAsync("nightly");
        await _shell.JsonAsync("job", "run", "nightly");
        Directory.Move(_shell.At("main"), _shell.At("away"));

        Assert.True((await _shell.JsonAsync("job", "remove", "nightly")).Flag("removed"));

        Assert.Contains("detach", _shell.Interaction.Err.ToString(), StringComparison.Ordinal);
        Assert.Empty((await _shell.JsonAsync("job", "list")).EnumerateArray());
    }
}
