using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly Shell _shell = new();
    private readonly Shell _other = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _shell.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task What_was_exported_is_imported_elsewhere_as_it_was()
    {
        await DefineAsync();
        var file = _shell.At("config.json");

        Assert.Equal(1, (await _shell.JsonAsync("config", "export", file)).Number("jobs"));
        Assert.Equal(1, (await _other.JsonAsync("config", "import", file)).Number("machines"));
        await _other.JsonAsync("config", "import", file);

        foreach (var (kind, name) in new[] { ("machine", "db"), ("job", "nightly") })
        {
            Assert.Equal(
                (await _shell.JsonAsync(kind, "show", name)).ToString(),
                (await _other.JsonAsync(kind, "show", name)).ToString()
            );
        }

        // Listed, not shown: showing asks the place how much room there is.
        Assert.Equal(
            (await _shell.JsonAsync("repository", "list")).ToString(),
            (await _other.JsonAsync("repository", "list")).ToString()
        );
    }

    [Fact]
    public async Task A_name_that_is_taken_here_refuses_the_whole_file()
    {
        await DefineAsync();
        await _shell.JsonAsync("config", "export", _shell.At("config.json"));
        await _other.AddMachineAsync("db");

        await _other.ErrorAsync(3, "machine.exists", "config", "import", _shell.At("config.json"));

        Assert.Empty((await _other.JsonAsync("repository", "list")).EnumerateArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("""{"version":2,"repositories":[],"machines":[],"jobs":[]}""")]
    [InlineData("""{"version":1,"repositories":[],"machines":[{"id":"x","name":"a","disks":[]}],"jobs":[]}""")]
    [InlineData(
        """{"version":1,"repositories":[],"machines":[{"id":"aaaa0000000000000000000000000001","name":"a","disks":[]}],"jobs":[]}"""
    )]
    public async Task A_file_that_is_no_configuration_is_refused(string text)
    {
        await File.WriteAllTextAsync(_shell.At("bad.json"), text, Token);

        await _shell.ErrorAsync(2, "config.invalid", "config", "import", _shell.At("bad.json"));
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_or_written_says_so()
    {
        await _shell.ErrorAsync(1, "file.unreadable", "config", "import", _shell.At("none.json"));
        await _shell.ErrorAsync(1, "file.unreadable", "config", "export", _shell.At("no/such/folder.json"));
    }

    private async Task DefineAsync()
    {
        await _shell.AddMachineAsync("db");
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));
        await _shell.JsonAsync("job", "add", "backup", "nightly", "--machine", "db", "--repository", "main");
    }
}
