using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Somebody's own folders lie in a repository: a scan that may not read them finds all else.</summary>
public sealed class ForbiddenFolderTests : IDisposable
{
    private readonly Site _site = new(seed: 84);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rescan_passes_over_folders_that_it_may_not_read()
    {
        Require.Root();
        await _site.SetUpAsync(1L << 20);
        (await _site.RunAsync("job run nightly")).Ended(0);
        string[] forbidden = ["private", ".Trash-0", "photos/private", "nightly/private"];
        foreach (var folder in forbidden)
        {
            Directory.CreateDirectory(Path.Combine(_site.Near, folder));
            File.SetUnixFileMode(Path.Combine(_site.Near, folder), UnixFileMode.None);
        }

        Site.CopyFolder(Path.Combine(_site.Near, "nightly", "log"), Path.Combine(_site.Near, "photos", "old", "log"));
        File.Copy(
            Path.Combine(_site.Near, "nightly", "backup.json"),
            Path.Combine(_site.Near, "photos", "old", "backup.json")
        );

        var report = (await ScanAsync()).Ended(0).Document;

        var found = report.List("findings").ToDictionary(one => one.Text("folder")!, one => one.Text("kind"));
        Assert.Equal("nested", found["photos"]);
        Assert.Equal("foreign-folder", found["private"]);
        Assert.Equal("foreign-folder", found[".Trash-0"]);
        Assert.DoesNotContain("nightly", found.Keys);
        Assert.Single(report.List("backups"));

        // Of a backup that is known nobody says that it is something else, only since it may not be read.
        File.SetUnixFileMode(Path.Combine(_site.Near, "nightly"), UnixFileMode.None);
        (await ScanAsync()).Failed(1, "store.access-denied");
        File.SetUnixFileMode(Path.Combine(_site.Near, "nightly"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Single((await ScanAsync()).Ended(0).Document.List("backups"));
    }

    public void Dispose() => _site.Dispose();

    /// <summary>As the superuser without the right to read whatever he wants: as anybody.</summary>
    private async Task<Outcome> ScanAsync() =>
        await LonghaulProgram.RunAsync(
            Require.Tool("setpriv"),
            [
                "--bounding-set=-dac_override,-dac_read_search",
                await LonghaulProgram.PathAsync(),
                .. Site.ArgumentsOf(_site.Home, "repository rescan near"),
            ],
            new Dictionary<string, string>(),
            Token
        );
}
