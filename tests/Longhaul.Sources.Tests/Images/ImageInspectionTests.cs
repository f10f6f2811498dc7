using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Longhaul.Core;
using Longhaul.Sources.Images;
using Xunit;

namespace Longhaul.Sources.Tests.Images;

/// <summary>QEMU reads what a truncated image has lost as zeros; a backup must not.</summary>
public sealed class ImageInspectionTests : IDisposable
{
    private const long Size = 24 << 20;

    private readonly ImageFolder _images = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _images.Dispose();

    [Theory]
    [InlineData("qcow2", "", "disk.img")]
    [InlineData("qcow2", "compat=0.10", "disk.img")]
    [InlineData("qcow2", "cluster_size=2M", "disk.img")]
    [InlineData("qcow2", "extended_l2=on,cluster_size=128k", "disk.img")]
    [InlineData("qcow2", "-c", "disk.img")]
    [InlineData("vmdk", "", "disk.img")]
    [InlineData("vmdk", "subformat=monolithicFlat", "disk-flat.img")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentSparse", "disk-s001.img")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentFlat", "disk-f001.img")]
    [InlineData("vmdk", "subformat=streamOptimized", "disk.img")]
    [InlineData("vpc", "", "disk.img")]
    [InlineData("vpc", "subformat=fixed,force_size=on", "disk.vhd")]
    [InlineData("vhdx", "", "disk.img")]
    [InlineData("vhdx", "subformat=fixed", "disk.img")]
    [InlineData("vdi", "", "disk.img")]
    [InlineData("vdi", "static=on", "disk.img")]
    public async Task A_truncated_image_is_refused_or_reads_as_before(string format, string options, string file)
    {
        var raw = _images.CreateRaw("source", Size, seed: 1);
        var path = await _images.ConvertAsync(
            raw,
            file.StartsWith("disk.", StringComparison.Ordinal) ? file : "disk.img",
            format,
            options
        );
        var expected = await _images.ContentAsync(path, format);
        var whole = await File.ReadAllBytesAsync(_images[file], Token);
        var refused = 0;
        long[] cuts = [1, 511, 513, 4096, 5000, 65_537, 1_000_000, whole.Length / 2, whole.Length * 9L / 10];
        foreach (var cut in cuts.Where(cut => cut < whole.Length))
        {
            await using (var stream = File.OpenWrite(_images[file]))
            {
                stream.SetLength(whole.Length - cut);
            }

            try
            {
                await using var disk = await ImageFolder.OpenAsync(path);
                var (content, _) = await ImageFolder.ReadDataAsync(disk);
                Assert.True(
                    content.AsSpan().SequenceEqual(expected),
                    $"{cut} bytes less, and it reads as something else"
                );
            }
            catch (LonghaulException error)
            {
                Assert.StartsWith("disk.", error.Code, StringComparison.Ordinal);
                Assert.Contains("disk0 of srv-db", error.Message, StringComparison.Ordinal);
                refused++;
            }
            finally
            {
                await File.WriteAllBytesAsync(_images[file], whole, Token);
            }
        }

        Assert.InRange(refused, 4, cuts.Length);
    }

    [Fact]
    public async Task A_header_that_makes_no_sense_is_refused_with_QEMUs_reason()
    {
        var path = _images["disk.img"];
        await _images.QemuImgAsync("create", "-f", "qcow2", path, "8M");
        await PatchAsync(path, 20, [0, 0, 0, 40]);

        var error = await RefusalAsync(path);

        Assert.Equal("disk.image-unreadable", error.Code);
        Assert.Equal(
            $"disk0 of srv-db at {path} cannot be opened: Could not open '{path}': " + "Unsupported cluster size: 2^40",
            error.Message
        );
    }

    [Theory]
    [InlineData("qcow2")]
    [InlineData("vdi")]
    public async Task Two_parts_of_a_disk_in_one_place_are_refused(string format)
    {
        var raw = _images.CreateRaw("source", Size, seed: 1);
        var path = await _images.ConvertAsync(raw, "disk.img", format, "");

        // The second entry of the table becomes as the first: qcow2's L2 table is found through its L1 table.
        var bytes = await File.ReadAllBytesAsync(path, Token);
        var (table, size) = format == "vdi" ? (512, 4) : (FindSecondTable(bytes), 8);
        var used = Enumerable
            .Range(0, format == "vdi" ? 24 : 384)
            .Select(i => table + (i * size))
            .Where(at => IsUsed(bytes, at, size))
            .ToArray();
        await PatchAsync(path, used[1], bytes[used[0]..(used[0] + size)]);

        var error = await RefusalAsync(path);

        Assert.Equal("disk.image-damaged", error.Code);
        Assert.Contains("qemu-img check", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backing_file_that_is_missing_truncated_or_of_a_format_not_said_is_refused()
    {
        var raw = _images.CreateRaw("source", Size, seed: 1);
        var basis = await _images.ConvertAsync(raw, "base.img", "qcow2", "");
        var path = _images["disk.img"];
        await _images.QemuImgAsync("create", "-f", "qcow2", "-b", basis, "-F", "qcow2", path);
        await using (await ImageFolder.OpenAsync(path))
        {
            // Sound so far.
        }

        await using (var stream = File.OpenWrite(basis))
        {
            stream.SetLength(stream.Length - 4096);
        }

        var truncated = await RefusalAsync(path);
        File.Delete(basis);
        var missing = await RefusalAsync(path);
        await _images.QemuImgAsync("create", "-f", "qcow2", "-u", "-b", raw, "-F", "raw", path, "24M");
        await RemoveBackingFormatAsync(path);
        var unsaid = await RefusalAsync(path);
        await _images.QemuImgAsync(
            "create",
            "-f",
            "qcow2",
            "-u",
            "-b",
            "nbd://127.0.0.1:1/x",
            "-F",
            "raw",
            path,
            "24M"
        );
        var elsewhere = await RefusalAsync(path);

        Assert.Equal("disk.image-damaged", truncated.Code);
        Assert.Contains("base.img is truncated", truncated.Message, StringComparison.Ordinal);
        Assert.Equal("disk.image-unreadable", missing.Code);
        Assert.Contains("No such file", missing.Message, StringComparison.Ordinal);
        Assert.Contains("does not say what format", unsaid.Message, StringComparison.Ordinal);
        Assert.Equal("disk.image-unreadable", elsewhere.Code);
    }

    [Fact]
    public async Task An_image_that_somebody_writes_to_is_refused()
    {
        var path = _images["disk.img"];
        await _images.QemuImgAsync("create", "-f", "qcow2", path, "8M");
        await using var writer = QemuNbdServer.Start(path, "qcow2", "--persistent");
        using var connection = await writer.TryConnectAsync(Token);

        var error = await RefusalAsync(path);

        Assert.Equal("disk.image-unreadable", error.Code);
        Assert.Contains("lock", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_dies_is_a_read_error_and_leaves_nothing()
    {
        var raw = _images.CreateRaw("source", Size, seed: 1);
        var path = await _images.ConvertAsync(raw, "disk.img", "qcow2", "");
        var disk = await ImageFolder.OpenAsync(path);
        var buffer = new byte[1 << 20];
        await disk.ReadAsync(0, buffer, Token);
        var server = Assert.Single(ServersOf(path));
        using (var process = Process.GetProcessById(server))
        {
            process.Kill(); // its shell knows when it has ended
        }

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await disk.ReadAsync(0, buffer, Token));
        await disk.DisposeAsync();

        Assert.Equal("disk.read-error", error.Code);
        Assert.Contains("disk0 of srv-db", error.Message, StringComparison.Ordinal);
        Assert.Empty(ServersOf(path));
    }

    /// <summary>Numbers of the running qemu-nbd of an image.</summary>
    private static List<int> ServersOf(string path) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => int.TryParse(name, out _) && CommandOf(name!) is { } line && IsServer(line, path))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
        ];

    private static bool IsServer(string[] line, string path) =>
        line[0].EndsWith("qemu-nbd", StringComparison.Ordinal) && line.Contains(path);

    private static string[]? CommandOf(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return null; // ended meanwhile
        }
    }

    private static int FindSecondTable(byte[] image)
    {
        var first = (int)BinaryPrimitives.ReadUInt64BigEndian(image.AsSpan(40));
        return (int)(BinaryPrimitives.ReadUInt64BigEndian(image.AsSpan(first)) & 0xffff_fe00);
    }

    // Images made before QEMU 6.1 may lack the header extension 0xe2792aca; one of an unknown number is passed over.
    private static async Task RemoveBackingFormatAsync(string path)
    {
        var bytes = await File.ReadAllBytesAsync(path, Token);
        var place = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xe2, 0x79, 0x2a, 0xca]);
        await PatchAsync(path, place, [0x12, 0x34, 0x56, 0x78]);
    }

    private static bool IsUsed(byte[] image, int at, int size) =>
        image.AsSpan(at, size) is var entry && entry.IndexOfAnyExcept((byte)0) >= 0 && entry[^1] != 0xff;

    private static async Task PatchAsync(string path, long offset, byte[] bytes)
    {
        await using var stream = File.OpenWrite(path);
        stream.Position = offset;
        await stream.WriteAsync(bytes, Token);
    }

    private static Task<LonghaulException> RefusalAsync(string path) =>
        Assert.ThrowsAsync<LonghaulException>(async () => await ImageFolder.OpenAsync(path));
}
