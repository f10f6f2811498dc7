using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary><c>backup delete</c> asks about what lies there now, and says what its job does without it.</summary>
public sealed class BackupDeleteTests : IAsyncLifetime
{
    private readonly Shell _shell = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _shell.Prepare = static person =>
        {
            person.CanAsk = true;
            person.Answer("n");
        };
        await _shell.JsonAsync("repository", "add", "near", _shell.At("near"));
        await _shell.JsonAsync("repository", "add", "far", _shell.At("far"));
        foreach (var name in (string[])["nightly", "weekly"])
        {
            var disk = _shell.At($"{name}.img");
            await File.WriteAllBytesAsync(disk, new byte[1 << 20], Token);
            await _shell.JsonAsync("machine", "add", name, "--disk", disk);
            await _shell.JsonAsync("job", "add", "backup", name, "--machine", name, "--repository", "near");
            await _shell.JsonAsync("job", "run", name);
        }
    }

    public ValueTask DisposeAsync()
    {
        _shell.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Another has its name since it was seen.</summary>
    [Fact]
    public async Task The_question_is_about_the_backup_that_has_the_name_now()
    {
        await _shell.JsonAsync("job", "run", "weekly");
        Directory.Move(_shell.At("near/nightly"), _shell.At("near/third"));
        Directory.Move(_shell.At("near/weekly"), _shell.At("near/nightly"));

        var question = await AskedAsync("near/nightly");

        Assert.Contains("2 restore points of 1 machine", question, StringComparison.Ordinal);
        Assert.Contains("Job 'weekly'", question, StringComparison.Ordinal);
        Assert.DoesNotContain("Job 'nightly'", question, StringComparison.Ordinal);
        Assert.True(File.Exists(_shell.At("near/nightly/backup.json")));
    }

    [Fact]
    public async Task A_backup_job_is_said_to_begin_anew_and_a_copy_job_to_copy_nothing_until_it_may()
    {
        await _shell.JsonAsync("job", "add", "copy", "offsite", "--job", "nightly", "--repository", "far");
        await _shell.JsonAsync("job", "run", "offsite");

        Assert.Contains("begins anew, with a full", await AskedAsync("near/nightly"), StringComparison.Ordinal);
        var question = await AskedAsync("far/offsite");
        Assert.DoesNotContain("begins anew", question, StringComparison.Ordinal);
        Assert.Contains("'longhaul job run offsite --full'", question, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_inside_another_is_named_and_neither_is_deleted()
    {
        Directory.Move(_shell.At("near/weekly"), _shell.At("near/nightly/weekly"));

        var error = await _shell.ErrorAsync(
            ExitCodes.Refused,
            "backup.nested",
            "backup",
            "delete",
            "near/nightly",
            "--yes"
        );

        Assert.Contains("weekly", error.Text("message"), StringComparison.Ordinal);
        Assert.True(File.Exists(_shell.At("near/nightly/backup.json")));
    }

    /// <summary>What a person is asked, who then says no.</summary>
    private async Task<string> AskedAsync(string backup)
    {
        Assert.NotEqual(ExitCodes.Done, await _shell.RunAsync("backup", "delete", backup));
        return _shell.Interaction.Err.ToString();
    }
}
