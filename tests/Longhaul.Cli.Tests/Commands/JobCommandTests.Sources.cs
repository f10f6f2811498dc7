using Longhaul.Core.Backups;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed partial class JobCommandTests
{
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

    private Task<System.Text.Json.JsonElement> AddAgentAsync(string name, params string[] options) =>
        _shell.JsonAsync(AgentLine(name, options));

    private static string[] AgentLine(string name, params string[] options) =>
        ["job", "add", "agent-backup", name, "--machine", "db", "--repository", "main", .. options];
}
