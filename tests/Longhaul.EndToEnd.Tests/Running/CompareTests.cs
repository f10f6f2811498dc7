using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>A statement that a copy is what its source is, and whether it still holds.</summary>
public sealed class CompareTests : IDisposable
{
    private const int Block = 256 << 10;

    private readonly Site _site = new(seed: 71);

    [Fact]
    public async Task A_copy_is_proved_and_the_statement_is_checked_later()
    {
        await SetUpAsync();
        var file = _site["statement.json"];

        var stated = (await _site.RunAsync("backup compare near/nightly far/offsite --to", file)).Ended(0).Document;

        Assert.True(stated.IsTrue("same"));
        Assert.Equal(2, stated.List("points").Count);
        Assert.Equal(("near", "far"), (Repository("a"), Repository("b")));
        Assert.Empty(stated.List("onlyInA"));
        Assert.InRange(stated.Number("bytesRead"), 1, 64 << 10);
        Assert.Equal(
            stated.GetRawText(),
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).TrimEnd()
        );

        await Both();
        var check = (await _site.RunAsync("backup compare --check", file)).Ended(0).Document;
        Assert.True(check.IsTrue("holds"));
        Assert.All(check.List("points"), claim => Assert.Equal(("holds", "holds"), (claim.Text("a"), claim.Text("b"))));

        // What retention or a person removed is no broken promise, and is said.
        var gone = stated.List("points")[0].GetProperty("b").Text("id");
        (await _site.RunAsync($"point delete {gone} --yes")).Ended(0);
        check = (await _site.RunAsync("backup compare --check", file)).Ended(0).Document;
        Assert.Equal(("holds", "gone"), (check.List("points")[0].Text("a"), check.List("points")[0].Text("b")));

        // Somebody has changed the statement, or the copy is another: the root is not the one that was stated.
        var root = stated.List("points")[1].GetProperty("b").Text("root")!;
        await File.WriteAllTextAsync(
            file,
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace(
                root,
                new string('7', root.Length),
                StringComparison.Ordinal
            ),
            TestContext.Current.CancellationToken
        );
        check = (await _site.RunAsync("backup compare --check", file)).Ended(5).Document;
        Assert.False(check.IsTrue("holds"));
        Assert.Equal("differs", check.List("points")[1].Text("b"));

        string? Repository(string side) => stated.GetProperty(side).Text("repository");
    }

    [Fact]
    public async Task A_copy_with_a_damaged_table_is_not_the_same()
    {
        await SetUpAsync();
        var table = Directory.GetFiles(Path.Combine(_site.Far, "offsite"), "*.point", SearchOption.AllDirectories)[0];
        var bytes = await File.ReadAllBytesAsync(table, TestContext.Current.CancellationToken);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(table, bytes, TestContext.Current.CancellationToken);

        var stated = (await _site.RunAsync("backup compare near/nightly far/offsite")).Ended(5).Document;

        Assert.False(stated.IsTrue("same"));
        Assert.Contains(stated.List("points"), pair => !pair.IsTrue("same") && pair.Text("what")!.Length > 0);
    }

    [Fact]
    public async Task What_is_no_statement_is_refused()
    {
        await SetUpAsync();
        var file = _site["statement.json"];
        (await _site.RunAsync("backup compare --check", file)).Failed(1, "file.unreadable");
        var whole = (await _site.RunAsync("backup compare near/nightly far/offsite")).Ended(0).Document;
        var root = whole.List("points")[0].GetProperty("a").Text("root")!;
        string[] broken =
        [
            .. new[] { "", "null", "{}", "[]", "{\"version\":1}" },
            With("\"version\": 1", "\"version\": 7"),
            With("\"points\": [", "\"points\": [ null,"),
            With("\"points\": [", "\"points\": [ {\"same\": true},"),
            With($"\"{root}\"", "null"),
            With(root, "0"),
        ];
        foreach (var text in broken)
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            (await _site.RunAsync("backup compare --check", file)).Failed(2, "statement.invalid");
        }

        (await _site.RunAsync("backup compare near/nightly")).Failed(2, "usage.invalid");

        string With(string old, string changed)
        {
            Assert.Contains(old, whole.GetRawText(), StringComparison.Ordinal);
            return whole.GetRawText().Replace(old, changed, StringComparison.Ordinal);
        }
    }

    /// <summary>An older copy of the folder lacks points that nobody removed: it must not pass for a copy that let them go.</summary>
    [Fact]
    public async Task A_backup_that_went_back_is_told_from_one_whose_points_went()
    {
        await SetUpAsync();
        var (folder, older) = (Path.Combine(_site.Far, "offsite"), _site["older"]);
        Site.CopyFolder(folder, older);
        await Both();
        var file = _site["statement.json"];
        (await _site.RunAsync("backup compare near/nightly far/offsite --to", file)).Ended(0);

        Directory.Delete(folder, recursive: true);
        Site.CopyFolder(older, folder);

        (await _site.RunAsync("backup compare --check", file)).Failed(3, "backup.rolled-back");
    }

    /// <inheritdoc/>
    public void Dispose() => _site.Dispose();

    private async Task SetUpAsync()
    {
        await _site.SetUpAsync(8 * Block);
        (await _site.RunAsync("job add copy offsite --job nightly --repository far")).Ended(0);
        await Both();
        await Both();
    }

    private async Task Both()
    {
        _site.Disk.Scatter(2);
        (await _site.RunAsync("job run nightly")).Ended(0);
        (await _site.RunAsync("job run offsite")).Ended(0);
    }
}
