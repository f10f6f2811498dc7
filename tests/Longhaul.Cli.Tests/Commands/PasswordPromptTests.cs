using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary>Who lacks a password and sits at a terminal is asked for it.</summary>
public sealed class PasswordPromptTests : IDisposable
{
    private static readonly string[] s_unlock = ["repository", "unlock", "far"];

    private readonly SealedRepository _site = new();

    private Shell Shell => _site.Shell;

    private string Said => Shell.Interaction.Err.ToString();

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_wrong_one_can_be_typed_again()
    {
        await _site.SetUpAsync(("a", "red"));
        At("blue", "red");

        Assert.Equal(0, await Shell.RunAsync(s_unlock));

        Assert.Equal(["Password:", "Password:"], Shell.Interaction.Prompts);
        Assert.Contains("hint of a", Said, StringComparison.Ordinal);
        Assert.Contains("That password does not open it.", Said, StringComparison.Ordinal);
        Assert.DoesNotContain("red", Said, StringComparison.Ordinal);
        Assert.Equal("imported", await _site.StateAsync("a"));
    }

    [Fact]
    public async Task Three_wrong_ones_are_the_end()
    {
        await _site.SetUpAsync(("a", "red"));
        At("one", "two", "three", "red");

        Assert.Equal(7, await Shell.RunAsync(s_unlock));

        Assert.Equal(3, Shell.Interaction.Prompts.Count);
        Assert.Equal(0, await _site.KeptAsync());
    }

    [Fact]
    public async Task Nothing_typed_is_the_end()
    {
        await _site.SetUpAsync(("a", "red"));
        At();

        Assert.Equal(7, await Shell.RunAsync(s_unlock));

        Assert.Single(Shell.Interaction.Prompts);
    }

    [Fact]
    public async Task Nobody_is_asked_where_there_is_no_terminal_or_one_was_given()
    {
        await _site.SetUpAsync(("a", "red"));
        Shell.Prepare = person => person.Type("red");
        Assert.Equal(7, await Shell.RunAsync(s_unlock));
        Assert.Contains("--password-file", Said, StringComparison.Ordinal);
        Assert.Empty(Shell.Interaction.Prompts);

        At("red");
        Assert.Equal(7, await Shell.RunAsync([.. s_unlock, "--password-file", _site.Password("blue")]));
        Assert.Empty(Shell.Interaction.Prompts);
    }

    [Fact]
    public async Task What_is_kept_is_used_without_being_asked()
    {
        await _site.SetUpAsync(("a", "red"));
        await Shell.JsonAsync([.. s_unlock, "--password-file", _site.Password("red")]);
        At();

        Assert.Equal(0, await Shell.RunAsync("backup", "password", "a", "--add", _site.Password("blue")));
        Assert.Empty(Shell.Interaction.Prompts);
    }

    [Fact]
    public async Task With_json_the_question_stands_beside_the_one_document()
    {
        await _site.SetUpAsync(("a", "red"));
        At("red");

        var unlocked = await Shell.JsonAsync(s_unlock);

        Assert.Single(unlocked.GetProperty("opened").EnumerateArray());
        Assert.Single(Shell.Interaction.Prompts);
    }

    [Fact]
    public async Task A_new_one_is_asked_for_twice()
    {
        await _site.SetUpAsync(("plain", null));
        Shell.Prepare = person =>
        {
            person.CanAsk = true;
            person.Type("green", "gren", "green", "green");
            person.Answer("y");
        };

        Assert.Equal(0, await Shell.RunAsync("backup", "encrypt", "plain"));

        Assert.Equal(
            ["New password:", "The same again:", "New password:", "The same again:"],
            Shell.Interaction.Prompts
        );
        Assert.Contains("The two are not the same.", Said, StringComparison.Ordinal);
        Shell.Prepare = static _ => { };
        Assert.Equal("locked", await _site.StateAsync("plain"));
        await Shell.JsonAsync([.. s_unlock, "--password-file", _site.Password("green")]);
        Assert.Equal("imported", await _site.StateAsync("plain"));
    }

    private void At(params string[] typed) =>
        Shell.Prepare = person =>
        {
            person.CanAsk = true;
            person.Type(typed);
        };
}
