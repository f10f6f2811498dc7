using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary><c>repository unlock</c>, and what it keeps.</summary>
public sealed class RepositoryUnlockTests : IDisposable
{
    private readonly SealedRepository _site = new();

    private Shell Shell => _site.Shell;

    private string KeyFile => Path.Combine(Shell.Home, "password.key");

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_password_that_opens_a_backup_is_kept_for_it_and_its_state_follows()
    {
        await _site.SetUpAsync(("a", "red"), ("b", "blue"), ("plain", null));
        Assert.Equal("locked", await _site.StateAsync("a"));

        var unlocked = await Shell.JsonAsync("repository", "unlock", "far", "--password-file", _site.Password("red"));

        Assert.Equal("a", Assert.Single(unlocked.GetProperty("opened").EnumerateArray()).GetString());
        var locked = Assert.Single(unlocked.GetProperty("locked").EnumerateArray());
        Assert.Equal("b", locked.Text("name"));
        Assert.Equal("hint of b", locked.GetProperty("hints")[0].GetString());
        Assert.True(unlocked.Flag("passwordKept"));
        var listed = await Shell.JsonAsync("backup", "list");
        Assert.Equal(
            ["a imported True", "b locked False", "plain imported False"],
            listed
                .EnumerateArray()
                .Select(backup => $"{backup.Text("name")} {backup.Text("state")} {backup.Flag("passwordKept")}")
        );
        Assert.Equal("imported", await _site.StateAsync("a"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));

        var both = await Shell.JsonAsync("repository", "unlock", "far", "--password-file", _site.Password("blue"));
        Assert.Equal("a", Assert.Single(both.GetProperty("open").EnumerateArray()).GetString());
        Assert.Empty(both.GetProperty("locked").EnumerateArray());
        Assert.Equal(2, await _site.KeptAsync());
        Assert.Equal(0, await Shell.RunAsync("repository", "unlock", "far"));
    }

    [Fact]
    public async Task One_that_opens_nothing_and_none_at_all_end_with_7_and_keep_nothing()
    {
        await _site.SetUpAsync(("a", "red"));
        string[][] lines =
        [
            ["repository", "unlock", "far"],
            ["repository", "unlock", "far", "--password-file", _site.Password("blue")],
        ];
        foreach (var line in lines)
        {
            var error = await Shell.ErrorAsync(7, "repository.locked", line);
            Assert.Contains("hint of a", error.Text("message"), StringComparison.Ordinal);
        }

        Assert.Equal(0, await _site.KeptAsync());
        Assert.False(File.Exists(KeyFile));
    }

    [Fact]
    public async Task With_no_remember_it_is_unlocked_this_once()
    {
        await _site.SetUpAsync(("a", "red"));
        var password = _site.Password("red");
        var once = await Shell.JsonAsync("repository", "unlock", "far", "--no-remember", "--password-file", password);

        Assert.False(once.Flag("passwordKept"));
        Assert.Equal(0, await _site.KeptAsync());
        Assert.Equal("locked", await _site.StateAsync("a"));
    }

    [Fact]
    public async Task It_goes_with_the_backup_and_with_the_repository()
    {
        await _site.SetUpAsync(("a", "red"), ("b", "red"));
        await Shell.JsonAsync("repository", "unlock", "far", "--password-file", _site.Password("red"));
        Assert.Equal(2, await _site.KeptAsync());

        await Shell.JsonAsync("backup", "delete", "a", "--yes");
        Assert.Equal(1, await _site.KeptAsync());
        await Shell.JsonAsync("repository", "remove", "far");
        Assert.Equal(0, await _site.KeptAsync());
    }

    [Fact]
    public async Task Without_its_key_file_everything_else_works_and_what_needs_it_says_so()
    {
        await _site.SetUpAsync(("a", "red"));
        var password = _site.Password("red");
        await Shell.JsonAsync("repository", "unlock", "far", "--password-file", password);
        File.Delete(KeyFile);

        Assert.Equal("locked", await _site.StateAsync("a"));
        var add = new[] { "backup", "password", "a", "--add", _site.Password("blue") };
        var error = await Shell.ErrorAsync(7, "backup.locked", add);
        Assert.Contains("cannot be read: the key file", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("hint of a", error.Text("message"), StringComparison.Ordinal);
        Assert.Contains("--password-file", error.Text("hint"), StringComparison.Ordinal);

        await Shell.JsonAsync("repository", "unlock", "far", "--password-file", password);
        Assert.Equal("imported", await _site.StateAsync("a"));
    }

    [Fact]
    public async Task A_key_file_that_others_can_read_is_refused()
    {
        await _site.SetUpAsync(("a", "red"));
        var unlock = new[] { "repository", "unlock", "far", "--password-file", _site.Password("red") };
        await Shell.JsonAsync(unlock);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Assert.Equal("locked", await _site.StateAsync("a"));
        var error = await Shell.ErrorAsync(3, "password.key-file", unlock);
        Assert.Contains("chmod 600", error.Text("hint"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_follows_a_change_of_the_password()
    {
        await _site.SetUpAsync(("a", "red"));
        await Shell.JsonAsync("repository", "unlock", "far", "--password-file", _site.Password("red"));

        await Shell.JsonAsync("backup", "password", "a", "--change", _site.Password("blue"));
        Assert.Equal("imported", await _site.StateAsync("a"));
        await Shell.JsonAsync("backup", "password", "a", "--change", _site.Password("green"), "--no-remember");
        Assert.Equal(0, await _site.KeptAsync());
        Assert.Equal("locked", await _site.StateAsync("a"));
    }
}
