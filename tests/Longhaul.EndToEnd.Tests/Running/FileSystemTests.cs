using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>A real file system goes through the whole job.</summary>
public sealed class FileSystemTests : IDisposable
{
    private readonly Site _site = new(seed: 3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_restored_file_system_is_identical_and_sound()
    {
        await _site.SetUpAsync(64L << 20, flags: "--keep 3");
        await FormatAsync();
        (await _site.RunAsync("job run nightly")).Ended(0);
        await _site.SeedAsync();
        for (var round = 0; round < 4; round++)
        {
            await WriteFileAsync(round);
            (await _site.RunAsync("job run nightly")).Ended(0);
            (await _site.RunAsync("job run offsite")).Ended(0);
        }

        var folder = _site["restored"];
        var newest = (await _site.PointsAsync("far/nightly"))[^1].Text("id");
        var restored = (await _site.RunAsync($"point restore {newest} --to", folder)).Ended(0).Document;

        var path = Path.Combine(folder, restored.Only("files").Text("path")!);
        Assert.Equal(DiskFile.HashOf(_site.Disk.Path), DiskFile.HashOf(path));
        await ExternalTool.RunAsync(Require.Tool("e2fsck"), ["-fn", path], Token);
        var listing = await ExternalTool.RunAsync(Require.Tool("debugfs"), ["-R", "ls -p /", path], Token);
        Assert.Contains("/file-3/", listing, StringComparison.Ordinal);
    }

    private Task<string> FormatAsync() =>
        ExternalTool.RunAsync(
            Require.Tool("mkfs.ext4"),
            ["-q", "-F", "-d", Path.GetDirectoryName(typeof(Site).Assembly.Location)!, _site.Disk.Path, "64M"],
            Token
        );

    private async Task WriteFileAsync(int round)
    {
        var content = _site[$"content-{round}"];
        await File.WriteAllTextAsync(content, string.Join('\n', Enumerable.Range(round, 50_000)), Token);
        await ExternalTool.RunAsync(
            Require.Tool("debugfs"),
            ["-w", "-R", $"write {content} file-{round}", _site.Disk.Path],
            Token
        );
    }
}
