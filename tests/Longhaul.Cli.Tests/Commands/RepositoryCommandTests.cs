using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed class RepositoryCommandTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task A_directory_becomes_a_repository_and_is_one_for_ever()
    {
        var path = _shell.At("main");
        var added = await _shell.JsonAsync("repository", "add", "main", path);
        var listed = await _shell.JsonAsync("repository", "list");

        Assert.True(File.Exists(Path.Combine(path, "repository.json")));
        Assert.Equal(path, added.Text("location"));
        Assert.True(added.Flag("reachable"));
        Assert.True(added.Number("freeBytes") > 0);
        Assert.Equal("2026-11-22T03:00:00.000Z", added.Text("added"));
        Assert.Equal("rename", added.GetProperty("capabilities").Text("placement"));
        Assert.Equal("main", listed[0].Text("name"));
        Assert.False(listed[0].TryGetProperty("backups", out _));

        await _shell.JsonAsync("repository", "remove", "main");
        Assert.Equal(added.Text("id"), (await _shell.JsonAsync("repository", "add", "again", path)).Text("id"));
    }

    [Fact]
    public async Task The_same_repository_is_not_added_twice()
    {
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));

        await _shell.ErrorAsync(3, "repository.known", "repository", "add", "other", _shell.At("main"));
        await _shell.ErrorAsync(3, "repository.known", "repository", "add", "main", _shell.At("main"));
        await _shell.ErrorAsync(3, "repository.exists", "repository", "add", "main", _shell.At("second"));
        Assert.False(Directory.Exists(_shell.At("second")));
    }

    [Fact]
    public async Task A_repository_that_was_moved_is_added_under_its_name_again()
    {
        var added = await _shell.JsonAsync("repository", "add", "main", _shell.At("old"));
        Directory.Move(_shell.At("old"), _shell.At("new"));

        Assert.False((await _shell.JsonAsync("repository", "show", "main")).Flag("reachable"));
        var moved = await _shell.JsonAsync("repository", "add", "main", _shell.At("new"));

        Assert.Equal(added.Text("id"), moved.Text("id"));
        Assert.Equal(_shell.At("new"), moved.Text("location"));
        Assert.True(moved.Flag("reachable"));
    }

    [Fact]
    public async Task A_copy_of_a_whole_repository_is_not_taken_for_a_moved_one()
    {
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));
        Directory.CreateDirectory(_shell.At("copy"));
        File.Copy(
            Path.Combine(_shell.At("main"), "repository.json"),
            Path.Combine(_shell.At("copy"), "repository.json")
        );

        await _shell.ErrorAsync(3, "repository.known", "repository", "add", "main", _shell.At("copy"));
    }

    [Fact]
    public async Task A_damaged_descriptor_is_damage()
    {
        Directory.CreateDirectory(_shell.At("main"));
        await File.WriteAllTextAsync(
            Path.Combine(_shell.At("main"), "repository.json"),
            "{",
            TestContext.Current.CancellationToken
        );

        await _shell.ErrorAsync(5, "data.damaged", "repository", "add", "main", _shell.At("main"));
    }

    [Fact]
    public async Task A_place_that_is_a_file_or_a_url_is_refused()
    {
        await File.WriteAllTextAsync(_shell.At("file"), "", TestContext.Current.CancellationToken);

        Assert.NotEqual(0, await _shell.RunAsync("repository", "add", "main", _shell.At("file"), "--json"));
        Assert.StartsWith("store.", _shell.Document().GetProperty("error").Text("code"), StringComparison.Ordinal);
        await _shell.ErrorAsync(2, "usage.invalid", "repository", "add", "main", "https://host/main");
    }

    [Fact]
    public async Task A_repository_that_a_job_needs_is_not_removed()
    {
        await _shell.AddMachineAsync("db");
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));
        await _shell.JsonAsync("job", "add", "backup", "nightly", "--machine", "db", "--repository", "main");

        await _shell.ErrorAsync(3, "repository.in-use", "repository", "remove", "main");
        await _shell.ErrorAsync(4, "repository.not-found", "repository", "remove", "none");
    }
}
