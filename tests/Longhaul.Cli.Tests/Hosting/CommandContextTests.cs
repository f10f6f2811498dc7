using Longhaul.Catalog.Sqlite;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Xunit;

namespace Longhaul.Cli.Tests.Hosting;

public sealed class CommandContextTests
{
    private readonly FakeInteraction _interaction = new() { Variables = { ["HOME"] = "/users/op" } };

    [Fact]
    public void Without_a_terminal_a_deletion_needs_yes()
    {
        var error = Assert.Throws<LonghaulException>(() => Context("version").Confirm("Delete 3 points?"));

        Assert.Equal("usage.confirmation-needed", error.Code);
        Assert.Equal(ExitCodes.Usage, ExitCodeTable.Of(error.Code));
        Context("version --yes").Confirm("Delete 3 points?");
        Assert.Empty(_interaction.Err.ToString());
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData(" YES ", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    [InlineData("yo", false)]
    public void On_a_terminal_only_yes_is_yes(string answer, bool goesOn)
    {
        _interaction.CanAsk = true;
        _interaction.Answer(answer);

        var error = Record.Exception(() => Context("version").Confirm("Delete 3 points?"));

        Assert.Equal(goesOn ? null : "usage.declined", (error as LonghaulException)?.Code);
        Assert.Equal(goesOn, error is null);
        Assert.Contains("Delete 3 points?", _interaction.Err.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_the_input_is_no()
    {
        _interaction.CanAsk = true;

        var error = Assert.Throws<LonghaulException>(() => Context("version").Confirm("Delete 3 points?"));

        Assert.Equal("usage.declined", error.Code);
        Assert.Equal(ExitCodes.Failed, ExitCodeTable.Of(error.Code));
    }

    [Fact]
    public void Quiet_says_nothing_and_json_keeps_warnings()
    {
        Context("version --quiet").Say("done");
        Context("version --quiet").Warn("beware");
        Context("version --json").Say("done");
        Assert.Empty(_interaction.Err.ToString());

        Context("version --json").Warn("beware");
        Context("version").Say("done");
        Assert.Equal("warning: beware\ndone\n", _interaction.Err.ToString());
    }

    private CommandContext Context(string text)
    {
        var (root, globals) = CommandTree.Build();
        var line = root.Parse(text);
        return new CommandContext(
            line,
            globals.Read(line, _interaction),
            _interaction,
            new SqliteCatalog(new SqliteCatalogOptions { Home = "/nowhere" }),
            TimeProvider.System
        );
    }
}
