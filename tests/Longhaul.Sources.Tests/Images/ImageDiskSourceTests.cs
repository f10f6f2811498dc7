using CsCheck;
using Longhaul.Core;
using Longhaul.Sources.Images;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Sources.Tests.Images;

public sealed class ImageDiskSourceTests : IDisposable
{
    private const long Size = 24 << 20;

    private readonly ImageFolder _images = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _images.Dispose();

    [Theory]
    [InlineData("qcow2", "")]
    [InlineData("qcow2", "compat=0.10")]
    [InlineData("qcow2", "cluster_size=512")]
    [InlineData("qcow2", "cluster_size=2M")]
    [InlineData("qcow2", "lazy_refcounts=on")]
    [InlineData("qcow2", "extended_l2=on,cluster_size=128k")]
    [InlineData("qcow2", "preallocation=metadata")]
    [InlineData("qcow2", "compression_type=zstd")]
    [InlineData("qcow2", "-c")]
    [InlineData("vmdk", "")]
    [InlineData("vmdk", "subformat=monolithicFlat")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentSparse")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentFlat")]
    [InlineData("vmdk", "subformat=streamOptimized")]
    [InlineData("vpc", "")]
    [InlineData("vpc", "subformat=fixed")]
    [InlineData("vpc", "force_size=on")]
    [InlineData("vhdx", "")]
    [InlineData("vhdx", "subformat=fixed")]
    [InlineData("vdi", "")]
    [InlineData("vdi", "static=on")]
    public async Task An_image_reads_as_QEMU_reads_it(string format, string options)
    {
        var raw = _images.CreateRaw("source", Size + 512, seed: 1);
        var path = await _images.ConvertAsync(raw, "disk.img", format, options);
        var expected = await _images.ContentAsync(path, format);
        var original = await File.ReadAllBytesAsync(raw, Token);

        await using var disk = await ImageFolder.OpenAsync(path);
        var (content, dataBytes) = await ImageFolder.ReadDataAsync(disk);

        Assert.IsType<ImageDiskSource>(disk);
        Assert.Equal(path, disk.Path);
        Assert.Equal(expected.Length, disk.Size);
        Assert.True(content.AsSpan().SequenceEqual(expected));
        Assert.True(content.AsSpan().StartsWith(original));
        Assert.InRange(dataBytes, 1, disk.Size);
        if (options is "" or "-c" && format != "vhdx") // QEMU 7.2 does not say what of a vhdx is allocated
        {
            Assert.InRange(dataBytes, 1, disk.Size * 3 / 4);
        }

        await Gen.Select(Gen.Int[0, expected.Length], Gen.Int[0, 3_000_000])
            .SampleAsync(
                async (offset, length) =>
                {
                    var buffer = new byte[Math.Min(length, expected.Length - offset)];
                    await disk.ReadAsync(offset, buffer, Token);
                    Assert.True(buffer.AsSpan().SequenceEqual(expected.AsSpan(offset, buffer.Length)));
                },
                iter: 20,
                threads: 8
            );
    }

    [Theory]
    [InlineData("qcow2", "")]
    [InlineData("qcow2", "cluster_size=2M")]
    [InlineData("qcow2", "extended_l2=on,cluster_size=128k")]
    [InlineData("vmdk", "")]
    [InlineData("vmdk", "subformat=twoGbMaxExtentSparse")]
    [InlineData("vpc", "")]
    [InlineData("vhdx", "")]
    [InlineData("vdi", "")]
    public async Task An_image_that_a_guest_wrote_to_in_bits_is_whole(string format, string options)
    {
        var path = _images["disk.img"];
        string[] more = options.Length > 0 ? ["-o", options] : [];
        await _images.QemuImgAsync(["create", "-f", format, .. more, path, "25166336"]);
        await ExternalTool.RunAsync(
            Require.Tool("qemu-io"),
            ["-f", format, .. Writes("0 1", "70001 3", "8M 512", "20000000 100", "25166335 1"), path],
            Token
        );
        var expected = await _images.ContentAsync(path, format);

        await using var disk = await ImageFolder.OpenAsync(path);

        Assert.True((await ImageFolder.ReadDataAsync(disk)).Content.AsSpan().SequenceEqual(expected));
    }

    [Fact]
    public async Task A_compressed_write_at_the_end_is_whole()
    {
        var path = _images["disk.img"];
        await _images.QemuImgAsync("create", "-f", "qcow2", path, "8M");
        await ExternalTool.RunAsync(
            Require.Tool("qemu-io"),
            ["-f", "qcow2", "-c", "write -c -P 7 1M 64k", path],
            Token
        );

        await using var disk = await ImageFolder.OpenAsync(path);

        Assert.Equal(1L << 16, (await ImageFolder.ReadDataAsync(disk)).DataBytes);
    }

    [Fact]
    public async Task Backing_files_are_read_and_their_holes_are_skipped()
    {
        var raw = _images.CreateRaw("base.raw", Size, seed: 2);
        await _images.QemuImgAsync("create", "-f", "qcow2", "-b", raw, "-F", "raw", _images["middle"], "32M");
        await _images.QemuImgAsync("create", "-f", "qcow2", "-b", "middle", "-F", "qcow2", _images["top"]);
        await ExternalTool.RunAsync(
            Require.Tool("qemu-io"),
            ["-f", "qcow2", .. Writes("12345 99", "30M 1M"), _images["top"]],
            Token
        );
        var expected = await _images.ContentAsync(_images["top"], "qcow2");

        await using var disk = await ImageFolder.OpenAsync(_images["top"]);
        var (content, dataBytes) = await ImageFolder.ReadDataAsync(disk);

        Assert.Equal(32 << 20, disk.Size);
        Assert.True(content.AsSpan().SequenceEqual(expected));
        Assert.InRange(dataBytes, 1 << 20, 16 << 20);
    }

    [Fact]
    public async Task An_external_data_file_is_read()
    {
        var raw = _images.CreateRaw("source", Size, seed: 3);
        var path = await _images.ConvertAsync(raw, "disk.img", "qcow2", $"data_file={_images["disk.data"]}");

        await using (var disk = await ImageFolder.OpenAsync(path))
        {
            var expected = await File.ReadAllBytesAsync(raw, Token);
            Assert.True((await ImageFolder.ReadDataAsync(disk)).Content.AsSpan().SequenceEqual(expected));
        }

        await using (var data = File.OpenWrite(_images["disk.data"]))
        {
            data.SetLength(data.Length - 4096);
        }

        var error = await Assert.ThrowsAsync<LonghaulException>(async () => await ImageFolder.OpenAsync(path));
        Assert.Equal("disk.image-damaged", error.Code);
        Assert.Contains("disk.data is truncated", error.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Writes(params string[] places) =>
        places.SelectMany((place, number) => (string[])["-c", $"write -P {number + 1} {place}"]);
}
