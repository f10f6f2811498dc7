using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>One machine with a disk, a repository beside it and one far away, in a folder of its own.</summary>
/// <remarks>Backup job <c>nightly</c> writes to <c>near</c>, copy job <c>offsite</c> to <c>far</c>.</remarks>
internal sealed class Site : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _repositories;
    private int _restores;

    /// <summary>Makes the folder; nothing is in it yet.</summary>
    /// <param name="seed">Seed of the disk's content.</param>
    /// <param name="repositories">Folder of the two repositories; null for the site's own.</param>
    /// <param name="home">The home; null for one in the site's own folder.</param>
    public Site(int seed, string? repositories = null, string? home = null)
    {
        Disk = new DiskFile(_folder["disk.img"], new Random(seed));
        _repositories = repositories ?? _folder.Path;
        Home = home ?? _folder["home"];
    }

    /// <summary>The machine's disk.</summary>
    public DiskFile Disk { get; }

    /// <summary>Folder of the near repository.</summary>
    public string Near => Path.Combine(_repositories, "near");

    /// <summary>Folder of the far repository.</summary>
    public string Far => Path.Combine(_repositories, "far");

    /// <summary>Path of something in the site's folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>The home that commands use.</summary>
    public string Home { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs the program on this site's home, with <c>--json</c>.</summary>
    /// <param name="line">The arguments, separated by blanks.</param>
    /// <param name="more">Further arguments, which may hold blanks.</param>
    public Task<Outcome> RunAsync(string line, params string[] more) => RunAtAsync(Home, line, more);

    /// <summary>Runs the program on another home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="line">The arguments, separated by blanks.</param>
    /// <param name="more">Further arguments, which may hold blanks.</param>
    public static async Task<Outcome> RunAtAsync(string home, string line, params string[] more) =>
        await LonghaulProgram.RunAsync(
            await LonghaulProgram.PathAsync(),
            ArgumentsOf(home, line, more),
            new Dictionary<string, string>(),
            Token
        );

    /// <summary>The command line that <see cref="RunAtAsync"/> gives the program.</summary>
    public static IReadOnlyList<string> ArgumentsOf(string home, string line, params string[] more) =>
        ["--json", "--progress", "none", "--home", home, .. line.Split(' '), .. more];

    /// <summary>Makes the disk, the repositories, the machine and the backup job.</summary>
    /// <param name="diskSize">In bytes.</param>
    /// <param name="flags">Flags of the backup job.</param>
    public async Task SetUpAsync(long diskSize, string flags = "--block-size 256KiB")
    {
        Disk.Create(diskSize);
        (await RunAsync("repository add near", Near)).Ended(0);
        (await RunAsync("repository add far", Far)).Ended(0);
        (await RunAsync("machine add web --disk", $"root={Disk.Path}")).Ended(0);
        (await RunAsync($"job add backup nightly --machine web --repository near {flags}")).Ended(0);
    }

    /// <summary>Carries the near backup's folder to the far repository, and maps the copy job to it.</summary>
    /// <param name="flags">Flags of the copy job.</param>
    public async Task SeedAsync(string flags = "--keep 7")
    {
        CopyFolder(Path.Combine(Near, "nightly"), Path.Combine(Far, "nightly"));
        (await RunAsync("repository rescan far")).Ended(0);
        (await RunAsync($"job add copy offsite --job nightly --repository far {flags}")).Ended(0);
        (await RunAsync("job map offsite far/nightly --yes")).Ended(0);
    }

    /// <summary>The points of the one machine of a backup, oldest first.</summary>
    /// <param name="backup">The backup.</param>
    public async Task<IReadOnlyList<JsonElement>> PointsAsync(string backup) =>
        (await RunAsync($"backup show {backup}")).Ended(0).Document.Only("machines").List("points");

    /// <summary>Restores a point to a new folder, on any home.</summary>
    /// <param name="home">The home.</param>
    /// <param name="point">The point.</param>
    /// <returns>SHA-256 of the one disk.</returns>
    public async Task<string> RestoreAsync(string home, string point)
    {
        var folder = _folder[$"restore-{_restores++}"];
        var restored = (await RunAtAsync(home, $"point restore {point} --to", folder)).Ended(0).Document;
        var hash = DiskFile.HashOf(Path.Combine(folder, restored.Only("files").Text("path")!));
        Directory.Delete(folder, recursive: true);
        return hash;
    }

    /// <summary>Restores the newest point of a backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <returns>SHA-256 of the one disk.</returns>
    public async Task<string> RestoreNewestAsync(string backup) =>
        await RestoreAsync(Home, (await PointsAsync(backup))[^1].Text("id")!);

    /// <summary>Copies a folder with all it holds, as a person would carry it.</summary>
    public static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
