using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Running;

/// <summary>Disks in every format, judged by QEMU's own tools.</summary>
public sealed class DiskFormatTests : IDisposable
{
    /// <summary>A multiple of what sectors were always, and not of what they are now.</summary>
    private const long DiskSize = (24 << 20) + 1536;

    private readonly Site _site = new(seed: 11);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task Disks_of_every_format_come_back_as_they_were()
    {
        (string Name, string Format, string[] Options)[] disks =
        [
            ("q", "qcow2", []),
            ("qc", "qcow2", ["-c"]),
            ("v", "vmdk", []),
            ("vs", "vmdk", ["-o", "subformat=twoGbMaxExtentSparse"]),
            ("vo", "vmdk", ["-o", "subformat=streamOptimized"]),
            ("h", "vpc", ["-o", "force_size=on"]),
            ("hx", "vhdx", []),
            ("i", "vdi", []),
            ("odd", "raw", []),
        ];
        await SetUpAsync(disks);

        (await _site.RunAsync("point restore nightly@latest --format qcow2 --to", _site["qcow2"])).Ended(0);
        (await _site.RunAsync("point restore nightly@latest --to", _site["raw"])).Ended(0);

        foreach (var (name, format, _) in disks)
        {
            await CompareAsync(format, _site[name], "qcow2", _site[$"qcow2/{name}.qcow2"]);
            await CompareAsync(format, _site[name], "raw", _site[$"raw/{name}.raw"]);
        }

        Assert.Empty(Directory.EnumerateFiles(_site["qcow2"], "*.partial"));
    }

    [Fact]
    public async Task A_truncated_image_fails_its_machine_by_name()
    {
        await SetUpAsync([("q", "qcow2", [])]);
        await using (var file = File.OpenWrite(_site["q"]))
        {
            file.SetLength(file.Length - 65536); // all of a cluster: the end of the last one may lie beyond the disk's
        }

        var machine = (await _site.RunAsync("job run nightly")).Ended(1).Document.Only("machines");

        Assert.Equal("failed", machine.Text("state"));
        Assert.Contains("disk.image-damaged", machine.Text("message"), StringComparison.Ordinal);
        Assert.Contains("q of vm at", machine.Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_tools_of_QEMU_the_package_that_has_them_is_named()
    {
        await SetUpAsync([("q", "qcow2", [])]);
        var nowhere = new Dictionary<string, string> { ["PATH"] = _site["nowhere"] };

        var machine = (await RunAsync("job run nightly")).Ended(1).Document.Only("machines");
        Assert.Equal("failed", machine.Text("state"));
        Assert.Contains("qemu-utils", machine.Text("message"), StringComparison.Ordinal);

        (await RunAsync("point restore nightly@latest --format qcow2 --to", _site["there"])).Failed(1, "tool.missing");
        Assert.Empty(Directory.EnumerateFiles(_site["there"]));

        async Task<Outcome> RunAsync(string line, params string[] more) =>
            await LonghaulProgram.RunAsync(
                await LonghaulProgram.PathAsync(),
                Site.ArgumentsOf(_site.Home, line, more),
                nowhere,
                Token
            );
    }

    [Fact]
    public async Task A_device_gets_the_disk_with_its_zeros_when_it_is_free_and_somebody_says_yes()
    {
        Require.Loop();
        await SetUpAsync([("q", "qcow2", [])]);
        var old = new byte[DiskSize + 8192];
        Array.Fill(old, (byte)0xff);
        await File.WriteAllBytesAsync(_site["device"], old, Token);
        var losetup = Require.Tool("losetup");
        var device = (await ExternalTool.RunAsync(losetup, ["-f", "--show", _site["device"]], Token)).Trim();
        try
        {
            var restore = $"point restore nightly@latest --to-device {device}";
            (await _site.RunAsync(restore)).Failed(2, "usage.confirmation-needed");
            var file = (await _site.RunAsync(restore + " --yes")).Ended(0).Document.Only("files");
            Assert.Equal(device, file.Text("path"));
            await CompareAsync("qcow2", _site["q"], "raw", device, onlyAsFar: true);
            var rest = (await File.ReadAllBytesAsync(_site["device"], Token))[(int)DiskSize..];
            Assert.Equal(-1, rest.AsSpan().IndexOfAnyExcept((byte)0xff));

            await ExternalTool.RunAsync(Require.Tool("mkfs.ext4"), ["-q", "-F", device], Token);
            Directory.CreateDirectory(_site["mounted"]);
            await ExternalTool.RunAsync(Require.Tool("mount"), [device, _site["mounted"]], Token);
            try
            {
                (await _site.RunAsync(restore + " --yes")).Failed(3, "restore.device-in-use");
            }
            finally
            {
                await ExternalTool.RunAsync(Require.Tool("umount"), [_site["mounted"]], CancellationToken.None);
            }
        }
        finally
        {
            await ExternalTool.RunAsync(losetup, ["-d", device], CancellationToken.None);
        }

        (await _site.RunAsync("point restore nightly@latest --yes --to-device", _site["device"])).Failed(
            3,
            "restore.not-a-device"
        );
    }

    [Fact]
    public async Task Killing_the_program_in_mid_read_leaves_no_server_and_no_socket()
    {
        await SetUpAsync([("q", "qcow2", [])]);
        var temporary = Directory.CreateDirectory(_site["tmp"]).FullName;
        using var program = LonghaulProgram.Start(
            await LonghaulProgram.PathAsync(),
            Site.ArgumentsOf(_site.Home, "job run nightly"),
            new Dictionary<string, string> { ["TMPDIR"] = temporary }
        );
        var ended = program.EndAsync(Token);
        while (!IsServed(temporary) && !ended.IsCompleted)
        {
            await PauseAsync();
        }

        var isKilled = !ended.IsCompleted;
        program.Signal(9);
        await ended;

        Assert.True(isKilled, "it ended before it could be killed");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (ServersOf(temporary).Any() || Directory.EnumerateDirectories(temporary, "longhaul-nbd-*").Any())
        {
            limit.Token.ThrowIfCancellationRequested();
            await PauseAsync();
        }
    }

    /// <summary>Another's processes and files tell nobody when they come and go.</summary>
    private static Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);

    /// <summary>Whether a server of ours in a folder has opened its image.</summary>
    private static bool IsServed(string folder) =>
        ServersOf(folder).Any() && Directory.EnumerateFiles(folder, "pid", SearchOption.AllDirectories).Any();

    private async Task SetUpAsync((string Name, string Format, string[] Options)[] disks)
    {
        Require.Tool("qemu-nbd");
        _site.Disk.Create(DiskSize);
        _site.Disk.Fill(DiskSize - 12_345, 12_345);
        foreach (var (name, format, options) in disks)
        {
            await ExternalTool.RunAsync(
                Require.Tool("qemu-img"),
                ["convert", "-f", "raw", "-O", format, .. options, _site.Disk.Path, _site[name]],
                Token
            );
        }

        if (disks.Any(disk => disk.Name == "odd"))
        {
            await using var odd = File.OpenWrite(_site["odd"]);
            odd.SetLength(odd.Length - 777);
        }

        (await _site.RunAsync("repository add near", _site.Near)).Ended(0);
        var named = disks.SelectMany(disk => (string[])["--disk", $"{disk.Name}={_site[disk.Name]}"]);
        (await _site.RunAsync("machine add vm", [.. named])).Ended(0);
        (await _site.RunAsync("job add backup nightly --machine vm --repository near --block-size 256KiB")).Ended(0);
        (await _site.RunAsync("job run nightly")).Ended(0);
    }

    private static async Task CompareAsync(
        string format,
        string original,
        string restoredFormat,
        string restored,
        bool onlyAsFar = false
    )
    {
        var (exitCode, output) = await ExternalTool.TryRunAsync(
            Require.Tool("qemu-img"),
            ["compare", "-f", format, "-F", restoredFormat, original, restored],
            null,
            Token
        );

        // Beyond the disk's end a larger device keeps what it had; qemu-img compares that with zeros.
        var isSame =
            exitCode == 0
            || (onlyAsFar && output.Contains($"mismatch at offset {DiskSize}!", StringComparison.Ordinal));
        Assert.True(isSame, $"{restored}: {output}");
    }

    /// <summary>Command lines of running processes that name a folder.</summary>
    private static IEnumerable<string> ServersOf(string folder) =>
        Directory
            .EnumerateDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), out _))
            .Select(CommandOf)
            .Where(line =>
                line.Split('\0')[0].EndsWith("qemu-nbd", StringComparison.Ordinal)
                && line.Contains(folder, StringComparison.Ordinal)
            );

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (IOException)
        {
            return ""; // ended meanwhile
        }
    }
}
