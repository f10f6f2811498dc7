using System.Text;
using CsCheck;
using Longhaul.Core;
using Longhaul.Core.Machines;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Sources.Tests;

public sealed class RawDiskSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string DiskPath => _folder["disk.raw"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Any_range_reads_as_the_file_has_it()
    {
        var content = Random(seed: 1, length: 300_001);
        await File.WriteAllBytesAsync(DiskPath, content, Token);
        await using var disk = await OpenAsync();

        Assert.Equal(content.Length, disk.Size);
        Assert.Equal(DiskPath, disk.Path);
        await Gen.Select(Gen.Int[0, content.Length], Gen.Int[0, 70_000])
            .SampleAsync(
                async (offset, length) =>
                {
                    var buffer = new byte[Math.Min(length, content.Length - offset)];
                    await disk.ReadAsync(offset, buffer, Token);
                    Assert.True(buffer.AsSpan().SequenceEqual(content.AsSpan(offset, buffer.Length)));
                },
                iter: 100
            );
    }

    [Fact]
    public async Task Holes_are_skipped_and_everything_else_is_shown()
    {
        const int Unit = 1 << 16;
        await using (var file = File.Create(DiskPath))
        {
            file.SetLength(20 * Unit);
            foreach (var place in (int[])[2, 3, 10, 19])
            {
                file.Position = place * Unit;
                await file.WriteAsync(Random(place, Unit), Token);
            }
        }

        await using var disk = await OpenAsync();
        var extents = await ExtentsAsync(disk);

        Require.That("holes", extents.Count > 1);
        Assert.Equal([new(2 * Unit, 2 * Unit), new(10 * Unit, Unit), new DataExtent(19 * Unit, Unit)], extents);
        Assert.Equal(new DataExtent((2 * Unit) + 5, (2 * Unit) - 5), await disk.NextDataAsync((2 * Unit) + 5, Token));
        Assert.Null(await disk.NextDataAsync(disk.Size, Token));
    }

    [Fact]
    public async Task A_file_of_one_hole_has_no_data_and_an_empty_file_neither()
    {
        await using (var file = File.Create(DiskPath))
        {
            file.SetLength(1 << 30);
        }

        await using (var disk = await OpenAsync())
        {
            Require.That("holes", await disk.NextDataAsync(0, Token) is null);
            var buffer = new byte[] { 1, 1 };
            await disk.ReadAsync(1 << 29, buffer, Token);
            Assert.Equal([0, 0], buffer);
        }

        await File.WriteAllBytesAsync(DiskPath, [], Token);
        await using var empty = await OpenAsync();
        Assert.Equal(0, empty.Size);
        Assert.Null(await empty.NextDataAsync(0, Token));
    }

    [Fact]
    public async Task A_file_that_shrinks_is_an_error_that_names_the_byte()
    {
        await File.WriteAllBytesAsync(DiskPath, Random(1, 100_000), Token);
        await using var disk = await OpenAsync();
        await using (var file = File.OpenWrite(DiskPath))
        {
            file.SetLength(70_000);
        }

        var buffer = new byte[60_000];
        await disk.ReadAsync(0, buffer, Token);
        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await disk.ReadAsync(40_000, buffer, Token)
        );

        Assert.Equal("disk.read-error", error.Code);
        Assert.Equal(70_000L, error.Details["offset"]);
        Assert.Contains("disk0 of srv-db", error.Message, StringComparison.Ordinal);

        // What was cut off must not look like a hole: that would be backed up as zeros.
        Assert.Equal(new DataExtent(80_000, 20_000), await disk.NextDataAsync(80_000, Token));
    }

    [Fact]
    public async Task What_is_appended_later_is_not_read()
    {
        await File.WriteAllBytesAsync(DiskPath, Random(1, 10_000), Token);
        await using var disk = await OpenAsync();
        await File.AppendAllTextAsync(DiskPath, new string('x', 10_000), Token);

        Assert.Equal(10_000, disk.Size);
        Assert.Equal([new DataExtent(0, 10_000)], await ExtentsAsync(disk));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await disk.ReadAsync(9_999, new byte[2], Token)
        );
    }

    [Fact]
    public async Task A_failing_device_is_an_error_that_names_the_byte()
    {
        if (Environment.GetEnvironmentVariable("LONGHAUL_TEST_DISK") is { } child)
        {
            await ReadAsChildAsync(child);
            return;
        }

        var strace = Require.Tool("strace");
        await File.WriteAllBytesAsync(DiskPath, Random(1, 10_000), Token);
        var (exitCode, output) = await ExternalTool.TryRunAsync(
            strace,
            [
                "-f",
                "-qq",
                "--seccomp-bpf",
                "-o",
                _folder["trace"],
                "-e",
                "trace=pread64",
                "-e",
                "inject=pread64:error=EIO",
                "-P",
                DiskPath,
                Environment.ProcessPath!,
                "--filter-method",
                $"{typeof(RawDiskSourceTests).FullName}.{nameof(A_failing_device_is_an_error_that_names_the_byte)}",
            ],
            new Dictionary<string, string> { ["LONGHAUL_TEST_DISK"] = DiskPath },
            Token
        );

        Assert.True(exitCode == 0, output);
        Assert.Equal("disk.read-error 0 disk0", await File.ReadAllTextAsync(_folder["disk.raw.outcome"], Token));
    }

    [Fact]
    public async Task A_block_device_is_read_with_its_own_size()
    {
        Require.Loop();
        var losetup = Require.Tool("losetup");
        var content = Random(1, 1 << 20);

        // Begins as a qcow2 image would: on a device that is the guest's own matter.
        Encoding.ASCII.GetBytes("QFI\u007f").CopyTo(content, 0);
        content[3] = 0xfb;
        await File.WriteAllBytesAsync(DiskPath, content, Token);
        var (exitCode, device) = await ExternalTool.TryRunAsync(losetup, ["-f", "--show", "-r", DiskPath], null, Token);
        Require.That("loop", exitCode == 0);
        device = device.Trim();
        try
        {
            await using var disk = await DiskSources.OpenAsync("srv-db", new MachineDisk("disk0", device), Token);
            var read = new byte[content.Length];
            await disk.ReadAsync(0, read, Token);

            Assert.Equal(content.Length, disk.Size);
            Assert.Equal(content, read);
            Assert.Equal([new DataExtent(0, content.Length)], await ExtentsAsync(disk));
        }
        finally
        {
            await ExternalTool.RunAsync(losetup, ["-d", device], CancellationToken.None);
        }
    }

    private static async Task ReadAsChildAsync(string path)
    {
        // Not through DiskSources: its first look at the content would fail already.
        await using var disk = RawDiskSource.Open("srv-db", "disk0", path);
        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await disk.ReadAsync(0, new byte[100], Token)
        );
        await File.WriteAllTextAsync(
            path + ".outcome",
            $"{error.Code} {error.Details["offset"]} {error.Details["disk"]}",
            Token
        );
    }

    private ValueTask<IDiskSource> OpenAsync() =>
        DiskSources.OpenAsync("srv-db", new MachineDisk("disk0", DiskPath), Token);

    private static async Task<List<DataExtent>> ExtentsAsync(IDiskSource disk)
    {
        var extents = new List<DataExtent>();
        var offset = 0L;
        while (await disk.NextDataAsync(offset, Token) is { } extent)
        {
            extents.Add(extent);
            offset = extent.End;
        }

        return extents;
    }

    private static byte[] Random(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
