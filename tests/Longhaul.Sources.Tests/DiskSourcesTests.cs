using Longhaul.Core;
using Longhaul.Core.Machines;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Sources.Tests;

public sealed class DiskSourcesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qcow")]
    [InlineData("qed")]
    [InlineData("parallels")]
    public async Task An_image_whose_truncation_cannot_be_noticed_is_refused_by_name(string format)
    {
        var qemuImg = Require.Tool("qemu-img");
        var path = _folder["disk.img"];
        await ExternalTool.RunAsync(qemuImg, ["create", "-f", format, path, "8M"], Token);

        var error = await RefusalAsync(path);

        Assert.Equal("disk.format-unsupported", error.Code);
        Assert.Contains(
            $"disk0 of srv-db is, or is based on, a {format} image",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Contains("qemu-img convert", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_guest_writes_does_not_make_a_file_named_raw_an_image()
    {
        var path = _folder["disk.raw"];
        await ExternalTool.RunAsync(Require.Tool("qemu-img"), ["create", "-f", "qcow2", path, "8M"], Token);

        await using var disk = await DiskSources.OpenAsync("srv-db", new MachineDisk("disk0", path), Token);

        Assert.IsType<RawDiskSource>(disk);
    }

    [Fact]
    public async Task A_raw_image_is_none_of_these()
    {
        var path = _folder["disk.img"];
        await ExternalTool.RunAsync(Require.Tool("qemu-img"), ["create", "-f", "raw", path, "8M"], Token);

        await using var disk = await DiskSources.OpenAsync("srv-db", new MachineDisk("disk0", path), Token);

        Assert.Equal(8 << 20, disk.Size);
    }

    [Fact]
    public async Task A_missing_disk_is_not_found()
    {
        var error = await RefusalAsync(_folder["missing"]);

        Assert.Equal("disk.not-found", error.Code);
        Assert.Contains("disk0 of srv-db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_and_a_pipe_are_no_disks()
    {
        await ExternalTool.RunAsync(Require.Tool("mkfifo"), [_folder["pipe"]], Token);

        var directory = await RefusalAsync(_folder.Path);
        var pipe = await RefusalAsync(_folder["pipe"]);

        Assert.Equal(["disk.not-a-disk", "disk.not-a-disk"], [directory.Code, pipe.Code]);
        Assert.Contains("a directory", directory.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recognising_looks_at_any_bytes_without_an_error()
    {
        var random = new Random(1);
        foreach (var length in Enumerable.Range(0, 100))
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Null(DiskFormat.Recognise(bytes, bytes));
        }
    }

    private static Task<LonghaulException> RefusalAsync(string path) =>
        Assert.ThrowsAsync<LonghaulException>(async () =>
            await DiskSources.OpenAsync("srv-db", new MachineDisk("disk0", path), Token)
        );
}
