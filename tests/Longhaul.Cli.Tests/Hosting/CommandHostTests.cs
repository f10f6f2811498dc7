using System.CommandLine;
using System.Text.Json;
using Longhaul.Catalog;
using Longhaul.Cli.Hosting;
using Xunit;

namespace Longhaul.Cli.Tests.Hosting;

public sealed class CommandHostTests : IDisposable
{
    private readonly Shell _shell = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Commands => [.. Leaves(CommandTree.Build().Root, "").Select(leaf => leaf.Path)];

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("job")]
    [InlineData("jobs list")]
    [InlineData("job list --bogus")]
    [InlineData("job list extra")]
    [InlineData("machine add")]
    [InlineData("machine add db --disk /x --bogus")]
    [InlineData("session list --limit 0")]
    [InlineData("job list --log-level loud")]
    [InlineData("completion tcsh")]
    public async Task Wrong_usage_is_exit_2_and_one_document(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        await _shell.ErrorAsync(2, "usage.invalid", words);

        Assert.Equal(2, await _shell.RunAsync(words));
        Assert.Empty(_shell.Interaction.Out.ToString());
        Assert.Contains("hint:", _shell.Interaction.Err.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Global_options_are_taken_anywhere_on_the_line()
    {
        await _shell.AddMachineAsync("db");

        foreach (var line in new[] { "--json machine show db", "machine --json show db", "machine show --json db" })
        {
            Assert.Equal(0, await _shell.RunAsync(line.Split(' ')));
            Assert.Equal("db", _shell.Document().Text("name"));
        }
    }

    [Fact]
    public async Task The_home_is_the_option_or_the_variable_or_the_users()
    {
        await _shell.AddMachineAsync("db");

        Assert.Empty((await _shell.JsonAsync("machine", "list", "--home", _shell.At("other"))).EnumerateArray());
        Assert.True(File.Exists(Path.Combine(_shell.At("other"), "catalog.db")));
        _shell.Prepare = interaction =>
        {
            interaction.Variables.Remove("LONGHAUL_HOME");
            interaction.Variables["HOME"] = _shell.At("user");
        };
        await _shell.JsonAsync("machine", "list");
        Assert.True(File.Exists(Path.Combine(_shell.At("user"), ".longhaul", "catalog.db")));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_has_a_help_with_examples_that_are_its_own(string path)
    {
        var words = path.Split(' ');

        Assert.Equal(0, await _shell.RunAsync([.. words, "--help"]));
        var help = _shell.Interaction.Out.ToString();
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains("longhaul " + path, help, StringComparison.Ordinal);
        Assert.Contains(
            "Examples:",
            (await _shell.JsonAsync([.. words, "--help"])).Text("help")!,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_example_is_a_line_that_can_be_understood(string path)
    {
        var (root, _) = CommandTree.Build();
        var command = Leaves(root, "").Single(leaf => leaf.Path == path).Command;

        Assert.NotEmpty(command.Examples);
        foreach (var example in command.Examples)
        {
            var line = example.Replace("source <(", "", StringComparison.Ordinal).TrimEnd(')').Split('>')[0];
            var parsed = root.Parse(line["longhaul ".Length..]);
            Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join("; ", parsed.Errors)}");
            Assert.Equal(path, PathOf(parsed.CommandResult));
        }
    }

    [Fact]
    public async Task A_cancelled_command_ends_with_130()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        Assert.Equal(130, await _shell.RunAsync(["machine", "list", "--json"], stop.Token));
        Assert.Equal("usage.cancelled", _shell.Document().GetProperty("error").Text("code"));
    }

    [Fact]
    public async Task A_mistake_of_the_program_is_one_document_too()
    {
        var interaction = new FakeInteraction { Variables = { ["LONGHAUL_HOME"] = _shell.Home } };
        var host = new CommandHost(interaction, _ => new BrokenCatalog(), TimeProvider.System);

        Assert.Equal(1, await host.RunAsync(["machine", "list", "--json"], Token));

        using var document = JsonDocument.Parse(interaction.Out.ToString());
        Assert.Equal("internal.error", document.RootElement.GetProperty("error").Text("code"));
    }

    [Fact]
    public async Task A_newer_catalog_is_refused_by_name()
    {
        await _shell.AddMachineAsync("db");
        await using (
            var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_shell.Catalog.Location}")
        )
        {
            await connection.OpenAsync(Token);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99;";
            await command.ExecuteNonQueryAsync(Token);
        }

        await _shell.ErrorAsync(1, "catalog.newer", "machine", "list");
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_prints_a_script_that_asks_the_program(string shell)
    {
        Assert.Equal(0, await _shell.RunAsync("completion", shell));
        Assert.Contains("longhaul complete", _shell.Interaction.Out.ToString(), StringComparison.Ordinal);
        Assert.Equal(shell, (await _shell.JsonAsync("completion", shell)).Text("shell"));
    }

    [Theory]
    [InlineData("longhaul jo", "job")]
    [InlineData("longhaul job ", "enable")]
    [InlineData("longhaul job add backup x --method ", "forever-forward")]
    [InlineData("longhaul machine add --di", "--disk")]
    public async Task Completion_knows_commands_options_and_words(string line, string expected)
    {
        await _shell.RunAsync(
            "complete",
            line.Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
            line
        );

        Assert.Contains(expected, _shell.Interaction.Out.ToString().Split('\n'));
    }

    [Fact]
    public async Task The_version_needs_no_home()
    {
        _shell.Prepare = interaction => interaction.Variables["LONGHAUL_HOME"] = "/proc/none";

        var version = await _shell.JsonAsync("version");

        Assert.NotEmpty(version.Text("version")!);
        Assert.Equal(1, version.Number("format"));
    }

    private static IEnumerable<(string Path, CliCommand Command)> Leaves(Command command, string path) =>
        command.Subcommands.SelectMany(child =>
            Leaves(child, $"{path} {child.Name}".TrimStart())
                .Concat(child is CliCommand leaf ? [($"{path} {child.Name}".TrimStart(), leaf)] : [])
        );

    private static string PathOf(System.CommandLine.Parsing.CommandResult? result) =>
        result?.Parent is System.CommandLine.Parsing.CommandResult parent
            ? $"{PathOf(parent)} {result.Command.Name}".TrimStart()
            : "";

    private sealed class BrokenCatalog : ICatalog
    {
        public string Location => "nowhere";

        public ValueTask<ICatalogWork> ReadAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a broken promise");

        public ValueTask<ICatalogWork> WriteAsync(CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a broken promise");
    }
}
