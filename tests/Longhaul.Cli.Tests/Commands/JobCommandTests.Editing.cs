using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed partial class JobCommandTests
{
    [Fact]
    public async Task Editing_changes_what_is_given_and_nothing_else()
    {
        var before = await AddBackupAsync("nightly", "--before", "sync", "--keep", "9");

        var after = await _shell.JsonAsync(
            "job",
            "edit",
            "nightly",
            "--name",
            "daily",
            "--keep",
            "3",
            "--before",
            "",
            "--machine",
            "web"
        );

        Assert.Equal(before.Text("id"), after.Text("id"));
        Assert.Equal("daily", after.Text("name"));
        Assert.Equal(3, after.Number("keep"));
        Assert.Null(after.Text("before"));
        Assert.Equal(before.Text("compression"), after.Text("compression"));
        Assert.Equal("web", after.GetProperty("sources")[0].Text("name"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("0")]
    public async Task Editing_takes_the_time_back_after_which_points_are_deleted(string none)
    {
        await AddBackupAsync("nightly", "--deleted-after", "4w", "--keep-weekly", "5");

        var after = await _shell.JsonAsync("job", "edit", "nightly", "--deleted-after", none, "--keep-weekly", "0");

        Assert.Equal(System.Text.Json.JsonValueKind.Null, after.GetProperty("deletedAfterSeconds").ValueKind);
        Assert.Equal(0, after.Number("keepWeekly"));
    }

    [Fact]
    public async Task Editing_takes_a_rate_limit_and_a_switch_back()
    {
        await AddBackupAsync("nightly", "--method", "forward", "--transform");
        await _shell.JsonAsync(
            "job",
            "add",
            "copy",
            "dr",
            "--job",
            "nightly",
            "--repository",
            "offsite",
            "--rate-limit",
            "1MiB"
        );

        var copy = await _shell.JsonAsync("job", "edit", "dr", "--rate-limit", "none");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, copy.GetProperty("rateLimit").ValueKind);
        Assert.False((await _shell.JsonAsync("job", "edit", "nightly", "--transform", "false")).Flag("transform"));
    }

    [Fact]
    public async Task A_clone_is_another_job_without_a_backup()
    {
        var job = await AddBackupAsync("nightly", "--keep", "9");
        var clone = await _shell.JsonAsync("job", "clone", "nightly", "weekly");

        Assert.NotEqual(job.Text("id"), clone.Text("id"));
        Assert.Equal(9, clone.Number("keep"));
        await _shell.ErrorAsync(3, "job.exists", "job", "clone", "nightly", "weekly");
    }
}
