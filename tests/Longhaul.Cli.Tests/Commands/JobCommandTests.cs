using Longhaul.Catalog.Backups;
using Longhaul.Core.Backups;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed class JobCommandTests : IAsyncLifetime
{
    private readonly Shell _shell = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _shell.AddMachineAsync("db");
        await _shell.AddMachineAsync("web");
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));
        await _shell.JsonAsync("repository", "add", "offsite", _shell.At("offsite"));
    }

    public ValueTask DisposeAsync()
    {
        _shell.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_backup_job_has_the_usual_settings()
    {
        var job = await AddBackupAsync("nightly");

        Assert.Equal("backup", job.Text("kind"));
        Assert.Equal("main", job.Text("repository"));
        Assert.Equal(32, job.Text("repositoryId")!.Length);
        Assert.Equal("forever-forward", job.Text("method"));
        Assert.Equal(7, job.Number("keep"));
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
    public async Task Jobs_are_listed_by_name_in_their_short_form()
    {
        await AddBackupAsync("b");
        await AddBackupAsync("a");

        var listed = await _shell.JsonAsync("job", "list");

        Assert.Equal(["a", "b"], listed.Names());
        JsonAssert.IsShortFormOf(listed[0], await _shell.JsonAsync("job", "show", "a"));
    }

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

    [Theory]
    [InlineData("--keep", "0")]
    [InlineData("--keep", "-1")]
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

        await _shell.ErrorAsync(3, "job.unsupported", "job", "edit", "nightly", "--encrypt");
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

    [Fact]
    public async Task Agent_jobs_make_forward_chains_only()
    {
        var standalone = await AddAgentAsync("laptop");
        var managed = await AddAgentAsync("fleet", "--managed", "--method", "forward");

        Assert.Equal("agent-backup", standalone.Text("kind"));
        Assert.False(standalone.Flag("managed"));
        Assert.True(managed.Flag("managed"));
        await _shell.ErrorAsync(3, "job.method", AgentLine("x", "--method", "reverse"));
        await _shell.ErrorAsync(3, "job.method", AgentLine("x", "--method", "forward", "--transform"));
        await _shell.ErrorAsync(2, "usage.invalid", AgentLine("x", "--managed", "--standalone"));
    }

    [Fact]
    public async Task Agents_and_machines_backups_do_not_mix()
    {
        await AddBackupAsync("vm");
        await AddAgentAsync("agent");
        await SaveBackupAsync("vm-backup", BackupOrigin.Copy, owner: null);
        await SaveBackupAsync("agent-backup", BackupOrigin.AgentCopyStandalone, owner: null);

        await AssertRefusedAsync("agent-copy", "--job", "vm");
        await AssertRefusedAsync("agent-copy", "--backup", "vm-backup");
        await AssertRefusedAsync("copy", "--job", "agent");
        await AssertRefusedAsync("copy", "--backup", "agent-backup");
        await _shell.JsonAsync("job", "add", "copy", "a", "--job", "vm", "--repository", "offsite");
        await _shell.JsonAsync("job", "add", "copy", "b", "--backup", "vm-backup", "--repository", "offsite");
        await _shell.JsonAsync("job", "add", "agent-copy", "c", "--job", "agent", "--repository", "offsite");
        await _shell.JsonAsync("job", "add", "agent-copy", "d", "--backup", "agent-backup", "--repository", "offsite");
        await _shell.JsonAsync("job", "add", "agent-copy", "e", "--job", "c", "--repository", "main");

        async Task AssertRefusedAsync(string kind, string option, string source) =>
            await _shell.ErrorAsync(
                3,
                "job.source-kind",
                "job",
                "add",
                kind,
                "x",
                option,
                source,
                "--repository",
                "offsite"
            );
    }

    [Fact]
    public async Task A_copy_job_needs_a_source_and_each_once()
    {
        await AddBackupAsync("nightly");

        await _shell.ErrorAsync(2, "usage.invalid", "job", "add", "copy", "x", "--repository", "offsite");
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "job",
            "add",
            "copy",
            "x",
            "--job",
            "nightly",
            "nightly",
            "--repository",
            "offsite"
        );
        await _shell.ErrorAsync(
            4,
            "job.not-found",
            "job",
            "add",
            "copy",
            "x",
            "--job",
            "none",
            "--repository",
            "offsite"
        );
        await _shell.ErrorAsync(
            4,
            "backup.not-found",
            "job",
            "add",
            "copy",
            "x",
            "--backup",
            "none",
            "--repository",
            "offsite"
        );
        await _shell.JsonAsync("job", "add", "copy", "x", "--job", "nightly", "--repository", "offsite");
        await _shell.ErrorAsync(2, "usage.invalid", "job", "edit", "x", "--job", "x");
    }

    [Fact]
    public async Task A_backup_in_two_repositories_is_ambiguous_until_the_repository_is_named()
    {
        await SaveBackupAsync("seed", BackupOrigin.Copy, owner: null, "main");
        await SaveBackupAsync("seed", BackupOrigin.Copy, owner: null, "offsite");

        var error = await _shell.ErrorAsync(
            2,
            "name.ambiguous",
            "job",
            "add",
            "copy",
            "x",
            "--backup",
            "seed",
            "--repository",
            "main"
        );
        Assert.Contains("main/seed", error.ToString(), StringComparison.Ordinal);
        await _shell.JsonAsync("job", "add", "copy", "x", "--backup", "offsite/seed", "--repository", "main");
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

    private Task WriteDiskAsync(string machine) =>
        File.WriteAllBytesAsync(_shell.At(machine + ".img"), [.. Enumerable.Repeat((byte)7, 1 << 20)], Token);

    private Task<System.Text.Json.JsonElement> AddBackupAsync(string name, params string[] options) =>
        _shell.JsonAsync(["job", "add", "backup", name, "--machine", "db", "--repository", "main", .. options]);

    private Task<System.Text.Json.JsonElement> AddAgentAsync(string name, params string[] options) =>
        _shell.JsonAsync(AgentLine(name, options));

    private static string[] AgentLine(string name, params string[] options) =>
        ["job", "add", "agent-backup", name, "--machine", "db", "--repository", "main", .. options];

    private async Task SaveBackupAsync(string folder, BackupOrigin origin, JobId? owner, string repository = "main")
    {
        await using var work = await _shell.Catalog.WriteAsync(Token);
        var repositories = await work.Repositories.ListAsync(Token);
        var id = BackupId.New();
        await work.Backups.SaveAsync(
            new BackupEntry
            {
                Repository = repositories.Single(entry => entry.Name == repository).Id,
                Folder = folder,
                BackupId = id,
                InstanceId = new InstanceId(id.Value),
                BlockSize = 1 << 20,
                Origin = origin,
                State = owner is null ? BackupState.Ownerless : BackupState.Owned,
                Owner = owner,
                OwnerName = owner is null ? null : "other",
            },
            [],
            Token
        );
        await work.CommitAsync(Token);
    }
}
