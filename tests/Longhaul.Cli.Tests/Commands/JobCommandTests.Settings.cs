using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed partial class JobCommandTests
{
    [Fact]
    public async Task A_backup_job_has_the_usual_settings()
    {
        var job = await AddBackupAsync("nightly");

        Assert.Equal("backup", job.Text("kind"));
        Assert.Equal("main", job.Text("repository"));
        Assert.Equal(32, job.Text("repositoryId")!.Length);
        Assert.Equal("forever-forward", job.Text("method"));
        Assert.Equal(7, job.Number("keep"));
        Assert.All(
            ["keepDays", "keepWeekly", "keepMonthly", "keepQuarterly", "keepYearly"],
            rule => Assert.Equal(0, job.Number(rule))
        );
        Assert.Equal("UTC", job.Text("timeZone"));
        Assert.Equal(1 << 20, job.Number("blockSize"));
        Assert.Equal("auto", job.Text("compression"));
        Assert.Equal(0, job.Number("syntheticFullEvery"));
        Assert.True(job.Flag("enabled"));
        Assert.Null(job.Text("backup"));
        Assert.Equal("machine", job.GetProperty("sources")[0].Text("kind"));
        Assert.Equal("db", job.GetProperty("sources")[0].Text("name"));
    }

    [Fact]
    public async Task A_backup_job_has_the_settings_that_are_given()
    {
        var job = await _shell.JsonAsync(
            "job",
            "add",
            "backup",
            "vms",
            "--machine",
            "db",
            "web",
            "--repository",
            "main",
            "--method",
            "forward",
            "--full-every",
            "30",
            "--transform",
            "--block-size",
            "512KiB",
            "--compression",
            "high",
            "--keep",
            "14",
            "--keep-days",
            "30",
            "--keep-weekly",
            "5",
            "--keep-monthly",
            "12",
            "--keep-quarterly",
            "4",
            "--keep-yearly",
            "7",
            "--deleted-after",
            "30d",
            "--time-zone",
            "Europe/Berlin",
            "--before",
            "sync",
            "--after",
            "true",
            "--command-timeout",
            "90s",
            "--max-tasks",
            "3"
        );

        Assert.Equal("forward", job.Text("method"));
        Assert.Equal(30, job.Number("fullEvery"));
        Assert.Equal(7, job.Number("syntheticFullEvery"));
        Assert.True(job.Flag("transform"));
        Assert.Equal(512 << 10, job.Number("blockSize"));
        Assert.Equal("high", job.Text("compression"));
        Assert.Equal(14, job.Number("keep"));
        Assert.Equal(30, job.Number("keepDays"));
        Assert.Equal(5, job.Number("keepWeekly"));
        Assert.Equal(12, job.Number("keepMonthly"));
        Assert.Equal(4, job.Number("keepQuarterly"));
        Assert.Equal(7, job.Number("keepYearly"));
        Assert.Equal(30 * 86_400, job.Number("deletedAfterSeconds"));
        Assert.Equal("Europe/Berlin", job.Text("timeZone"));
        Assert.Equal("sync", job.Text("before"));
        Assert.Equal("true", job.Text("after"));
        Assert.Equal(90, job.Number("commandTimeoutSeconds"));
        Assert.Equal(3, job.Number("maxTasks"));
        Assert.Equal(2, job.GetProperty("sources").GetArrayLength());
    }

    [Fact]
    public async Task A_copy_job_has_the_settings_that_are_given()
    {
        await AddBackupAsync("nightly");
        var job = await _shell.JsonAsync(
            "job",
            "add",
            "copy",
            "dr",
            "--job",
            "nightly",
            "--repository",
            "offsite",
            "--every",
            "12h",
            "--at",
            "22:30",
            "--rate-limit",
            "20Mbit",
            "--delta-depth",
            "16",
            "--max-tasks",
            "4",
            "--keep",
            "30"
        );

        Assert.Equal("copy", job.Text("kind"));
        Assert.Equal("periodic", job.Text("mode"));
        Assert.Equal(43_200, job.Number("everySeconds"));
        Assert.Equal("22:30", job.Text("at"));
        Assert.Equal(2_500_000, job.Number("rateLimit"));
        Assert.Equal(16, job.Number("deltaDepth"));
        Assert.Equal(4, job.Number("maxTasks"));
        Assert.Null(job.Text("method"));
        Assert.Equal("job", job.GetProperty("sources")[0].Text("kind"));
    }

    [Fact]
    public async Task Options_of_another_kind_are_wrong_usage()
    {
        await AddBackupAsync("nightly");

        await _shell.ErrorAsync(2, "usage.invalid", "job", "edit", "nightly", "--rate-limit", "1MiB");
        await _shell.ErrorAsync(2, "usage.invalid", "job", "edit", "nightly", "--managed");
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "job",
            "add",
            "backup",
            "x",
            "--machine",
            "db",
            "--repository",
            "main",
            "--every",
            "1d"
        );
    }

    [Fact]
    public async Task A_time_zone_that_does_not_exist_is_refused() =>
        await _shell.ErrorAsync(
            3,
            "job.time-zone",
            "job",
            "add",
            "backup",
            "x",
            "--machine",
            "db",
            "--repository",
            "main",
            "--time-zone",
            "Europe/Atlantis"
        );

    [Theory]
    [InlineData("--keep", "0")]
    [InlineData("--keep", "-1")]
    [InlineData("--keep-weekly", "-1")]
    [InlineData("--block-size", "3MiB")]
    [InlineData("--method", "sideways")]
    [InlineData("--compression", "")]
    [InlineData("--full-every", "x")]
    public async Task Values_out_of_range_are_wrong_usage(string option, string value) =>
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "job",
            "add",
            "backup",
            "x",
            "--machine",
            "db",
            "--repository",
            "main",
            option,
            value
        );

    [Theory]
    [InlineData("--method", "reverse", "--synthetic-full-every", "3")]
    [InlineData("--method", "forever-forward", "--transform", "true")]
    [InlineData("--method", "reverse", "--transform", "true")]
    public async Task Settings_that_contradict_each_other_are_wrong_usage(params string[] options) =>
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            ["job", "add", "backup", "x", "--machine", "db", "--repository", "main", .. options]
        );

    [Fact]
    public async Task What_this_version_does_not_do_is_refused_and_nothing_is_saved()
    {
        await AddBackupAsync("nightly");

        await _shell.ErrorAsync(
            3,
            "job.unsupported",
            "job",
            "add",
            "copy",
            "x",
            "--job",
            "nightly",
            "--repository",
            "offsite",
            "--mode",
            "immediate"
        );
        Assert.Equal(["nightly"], (await _shell.JsonAsync("job", "list")).Names());
    }
}
