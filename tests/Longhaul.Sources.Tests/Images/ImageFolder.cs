using Longhaul.Core.Machines;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Sources.Tests.Images;

/// <summary>Disk images for a test, made and read by QEMU's own programs.</summary>
internal sealed class ImageFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _qemuImg = Require.Tool("qemu-img");

    public ImageFolder()
    {
        _ = Require.Tool("qemu-nbd");
        Require.That("libnbd", Directory.EnumerateFiles("/usr/lib", "libnbd.so.0", s_everywhere).Any());
    }

    private static readonly EnumerationOptions s_everywhere = new() { RecurseSubdirectories = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    public Task<string> QemuImgAsync(params string[] arguments) => ExternalTool.RunAsync(_qemuImg, arguments, Token);

    /// <summary>Makes a raw disk with random data at odd places, zeros and holes.</summary>
    public string CreateRaw(string name, long size, int seed)
    {
        var random = new Random(seed);
        using var file = File.Create(_folder[name]);
        file.SetLength(size);
        foreach (var length in (int[])[1, 511, 4096, 70_001, 1 << 20, 3 << 20])
        {
            var data = new byte[length];
            random.NextBytes(data);
            file.Position = random.NextInt64(size - length);
            file.Write(data);
        }

        // The last bytes are where truncation and rounding are noticed.
        var end = new byte[5000];
        random.NextBytes(end);
        file.Position = size - end.Length;
        file.Write(end);
        return _folder[name];
    }

    /// <summary>Makes an image of a raw disk.</summary>
    public async Task<string> ConvertAsync(string raw, string name, string format, string options)
    {
        string[] more =
            options == "-c" ? ["-c"]
            : options.Length > 0 ? ["-o", options]
            : [];
        await QemuImgAsync(["convert", "-f", "raw", "-O", format, .. more, raw, _folder[name]]);
        return _folder[name];
    }

    /// <summary>What QEMU itself reads from an image.</summary>
    public async Task<byte[]> ContentAsync(string path, string format)
    {
        await QemuImgAsync("convert", "-f", format, "-O", "raw", path, _folder["expected"]);
        return await File.ReadAllBytesAsync(_folder["expected"], Token);
    }

    public static ValueTask<IDiskSource> OpenAsync(string path) =>
        DiskSources.OpenAsync("srv-db", new MachineDisk("disk0", path), Token);

    /// <summary>Reads a disk as a backup does: only where it says that it may hold data.</summary>
    public static async Task<(byte[] Content, long DataBytes)> ReadDataAsync(IDiskSource disk)
    {
        var content = new byte[disk.Size];
        var (offset, total) = (0L, 0L);
        while (await disk.NextDataAsync(offset, Token) is { } extent)
        {
            Assert.InRange(extent.Offset, offset, disk.Size - 1);
            await disk.ReadAsync(extent.Offset, content.AsMemory((int)extent.Offset, (int)extent.Length), Token);
            total += extent.Length;
            offset = extent.End;
        }

        return (content, total);
    }
}
