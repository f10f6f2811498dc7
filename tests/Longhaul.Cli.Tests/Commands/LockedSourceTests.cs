using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary>A copy job of several sources, one of which is locked: its machines fail, and the others are copied, whether somebody
/// could have been asked or not.</summary>
public sealed class LockedSourceTests : IDisposable
{
    private static readonly string[] s_run = ["job", "run", "offsite"];

    private readonly SealedRepository _site = new();

    private Shell Shell => _site.Shell;

    private string Said => Shell.Interaction.Err.ToString();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Without_a_terminal_its_machines_fail_and_the_others_are_copied()
    {
        await SetUpAsync(("sealed", "red"), ("open", null));

        await FailsForSealedAloneAsync();
        Assert.Empty(Shell.Interaction.Prompts);
    }

    [Fact]
    public async Task At_a_terminal_it_is_the_same_when_nothing_is_typed()
    {
        await SetUpAsync(("sealed", "red"), ("open", null));
        At();

        await FailsForSealedAloneAsync();

        Assert.Equal(["Password:"], Shell.Interaction.Prompts);
        Assert.Contains("everything is copied but m-sealed", Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_a_terminal_it_is_the_same_when_only_wrong_ones_are_typed()
    {
        await SetUpAsync(("sealed", "red"), ("open", null));
        At("one", "two", "three", "red");

        await FailsForSealedAloneAsync();

        Assert.Equal(3, Shell.Interaction.Prompts.Count);
    }

    [Fact]
    public async Task Each_locked_source_is_asked_for_and_the_right_password_copies_its_machines()
    {
        await SetUpAsync(("sealed", "red"), ("other", "blue"), ("open", null));
        At("red", "blue");

        Assert.Equal(0, await Shell.RunAsync(s_run));

        Assert.Equal(["Password:", "Password:"], Shell.Interaction.Prompts);
    }

    [Fact]
    public async Task Where_all_are_locked_nothing_is_begun()
    {
        await SetUpAsync(("sealed", "red"), ("other", "blue"));
        At();

        await Shell.ErrorAsync(7, "backup.locked", s_run);

        Assert.Single(Shell.Interaction.Prompts);
        Shell.Prepare = static _ => { };
        Assert.Empty((await Shell.JsonAsync("session", "list", "--job", "offsite")).EnumerateArray());
    }

    private async Task FailsForSealedAloneAsync()
    {
        Assert.Equal(1, await Shell.RunAsync([.. s_run, "--json"]));

        var machines = Shell
            .Document()
            .GetProperty("machines")
            .EnumerateArray()
            .ToDictionary(each => each.Text("machine")!);
        Assert.Equal("success", machines["m-open"].Text("state"));
        Assert.Equal("failed", machines["m-sealed"].Text("state"));
        Assert.Contains(
            "backup.locked: backup 'sealed'",
            machines["m-sealed"].Text("message"),
            StringComparison.Ordinal
        );
    }

    /// <summary>A copy job of backup jobs that have run once, each with a machine; their passwords are kept nowhere.</summary>
    private async Task SetUpAsync(params (string Job, string? Password)[] sources)
    {
        await _site.SetUpAsync();
        await Shell.JsonAsync("repository", "add", "near", Shell.At("near"));
        foreach (var (job, secret) in sources)
        {
            await File.WriteAllBytesAsync(
                Shell.At($"m-{job}.img"),
                new byte[5000],
                TestContext.Current.CancellationToken
            );
            await Shell.JsonAsync("machine", "add", $"m-{job}", "--disk", Shell.At($"m-{job}.img"));
            string[] encrypted = secret is null ? [] : ["--encrypt"];
            string[] password = secret is null ? [] : ["--password-file", _site.Password(secret)];
            await Shell.JsonAsync([
                "job",
                "add",
                "backup",
                job,
                "--machine",
                $"m-{job}",
                "--repository",
                "near",
                .. encrypted,
            ]);
            await Shell.JsonAsync(["job", "run", job, .. password]);
        }

        await Shell.JsonAsync([
            "job",
            "add",
            "copy",
            "offsite",
            "--repository",
            "far",
            "--job",
            .. sources.Select(source => source.Job),
        ]);
    }

    private void At(params string[] typed) =>
        Shell.Prepare = person =>
        {
            person.CanAsk = true;
            person.Type(typed);
        };
}
