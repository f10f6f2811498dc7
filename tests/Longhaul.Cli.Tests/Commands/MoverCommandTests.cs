using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary>The commands at a mover, and the URL of a repository behind one; that they work is shown end to end.</summary>
public sealed class MoverCommandTests : IDisposable
{
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Theory]
    [InlineData("mover://host:9200")]
    [InlineData("mover://host:9200/")]
    [InlineData("mover://host/main")]
    [InlineData("mover://host:9200/a/b")]
    [InlineData("mover://user@host:9200/main")]
    public async Task What_is_no_url_of_a_mover_is_wrong_usage(string url) =>
        await _shell.ErrorAsync(2, "usage.invalid", "repository", "add", "away", url);

    [Fact]
    public async Task A_token_is_for_a_mover() =>
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "repository",
            "add",
            "away",
            _shell.At("away"),
            "--token-file",
            _shell.At("token")
        );

    [Theory]
    [InlineData("9200")]
    [InlineData("example.com:9200")]
    [InlineData("::1:9200")]
    public async Task What_is_no_address_is_wrong_usage(string address) =>
        await _shell.ErrorAsync(2, "usage.invalid", "mover", "serve", "--listen", address, "--root", _shell.At("root"));

    [Theory]
    [InlineData("main")]
    [InlineData("=/srv")]
    [InlineData("a b=/srv")]
    [InlineData("main=")]
    public async Task A_repository_to_serve_has_a_name_and_a_folder(string repository) =>
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "mover",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--root",
            _shell.At("root"),
            "--repository",
            repository
        );

    [Theory]
    [InlineData("main={0}", "the mover's own root")]
    [InlineData("main={0}/..", "the mover's own root")]
    public async Task A_repository_that_holds_the_root_is_refused(string repository, string why)
    {
        var root = _shell.At("root");
        Directory.CreateDirectory(root);

        var error = await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "mover",
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--root",
            root,
            "--repository",
            string.Format(System.Globalization.CultureInfo.InvariantCulture, repository, root)
        );

        Assert.Contains(why, error.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_invitation_says_what_it_allows_and_until_when()
    {
        var invited = await _shell.JsonAsync("mover", "invite", "--root", _shell.At("root"), "--target", "main");

        Assert.StartsWith("longhaul-mover-1-", invited.Text("token"), StringComparison.Ordinal);
        Assert.Equal(64, invited.Text("fingerprint")!.Length);
        Assert.Equal("2026-11-22T04:00:00.000Z", invited.Text("expires"));
        Assert.Equal(
            ["read", "append"],
            invited.GetProperty("allow").EnumerateArray().Select(word => word.GetString())
        );
    }

    [Fact]
    public async Task A_permission_that_there_is_not_is_wrong_usage() =>
        await _shell.ErrorAsync(
            2,
            "usage.invalid",
            "mover",
            "invite",
            "--root",
            _shell.At("root"),
            "--allow",
            "read,write"
        );

    [Fact]
    public async Task A_token_is_kept_nowhere_at_the_mover()
    {
        var invited = await _shell.JsonAsync("mover", "invite", "--root", _shell.At("root"));
        var secret = invited.Text("token")!["longhaul-mover-1-".Length..];

        foreach (var file in Directory.EnumerateFiles(_shell.At("root"), "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(
                secret[^20..],
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task Whom_nobody_let_in_cannot_be_revoked() =>
        await _shell.ErrorAsync(
            4,
            "mover.peer-not-found",
            "mover",
            "peers",
            "revoke",
            "nobody",
            "--root",
            _shell.At("root")
        );
}
