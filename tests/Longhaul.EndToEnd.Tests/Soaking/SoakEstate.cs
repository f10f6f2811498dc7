using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>Machines, repositories and jobs, in a folder of their own; one repository is on a small file system.</summary>
internal sealed class SoakEstate : IAsyncDisposable
{
    private const int Mebibyte = 1 << 20;
    private const string Tight = "tight";

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random;
    private readonly MountedFolder _tight;
    private int _restores;

    private SoakEstate(int seed, MountedFolder tight) => (_random, _tight) = (new Random(seed), tight);

    /// <summary>The machines.</summary>
    public List<SoakMachine> Machines { get; } = [];

    /// <summary>The jobs.</summary>
    public List<SoakJob> Jobs { get; } = [];

    /// <summary>Names of the repositories.</summary>
    public static IReadOnlyList<string> Repositories { get; } = ["near", "far", Tight];

    /// <summary>The one home.</summary>
    public string Home => _folder["home"];

    /// <summary>Whether the small file system is full at present.</summary>
    public bool IsFull => File.Exists(Ballast);

    private string Ballast => Path.Combine(_tight.Path, "ballast");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Makes all of it; no job has run yet.</summary>
    /// <param name="seed">Decides how many machines there are, and what is on their disks.</param>
    public static async Task<SoakEstate> MakeAsync(int seed)
    {
        var estate = new SoakEstate(seed, await MountedFolder.MountLoopAsync("ext4", 96 * Mebibyte, Token));
        try
        {
            await estate.SetUpAsync();
            return estate;
        }
        catch
        {
            await estate.DisposeAsync();
            throw;
        }
    }

    /// <summary>Folder of a repository.</summary>
    public string FolderOf(string repository) =>
        repository == Tight ? Path.Combine(_tight.Path, Tight) : _folder[repository];

    /// <summary>Starts the program.</summary>
    /// <param name="line">Its arguments, separated by blanks.</param>
    public async Task<RunningProgram> StartAsync(string line) =>
        LonghaulProgram.Start(
            await LonghaulProgram.PathAsync(),
            Site.ArgumentsOf(Home, line),
            new Dictionary<string, string>()
        );

    /// <summary>Runs the program.</summary>
    /// <param name="line">Its arguments, separated by blanks.</param>
    public Task<Outcome> RunAsync(string line) => Site.RunAtAsync(Home, line);

    /// <summary>Restores a point.</summary>
    /// <param name="point">The point.</param>
    /// <returns>What it contains, as <see cref="SoakMachine.Content"/> has it.</returns>
    public async Task<string> RestoreAsync(string point)
    {
        var folder = _folder[$"restored-{_restores++}"];
        var restored = (await RunAsync($"point restore {point} --to {folder}")).Ended(0).Document;
        var content = SoakMachine.ContentOf(
            restored.List("files").Select(file => (file.Text("disk")!, Path.Combine(folder, file.Text("path")!)))
        );
        Directory.Delete(folder, recursive: true);
        return content;
    }

    /// <summary>Leaves next to no room on the small file system.</summary>
    public void FillUp()
    {
        using var ballast = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            var zeros = new byte[256 << 10];
            while (true)
            {
                ballast.Write(zeros);
            }
        }
        catch (IOException)
        {
            ballast.SetLength(Math.Max(0, ballast.Length - _random.Next(Mebibyte)));
        }
    }

    /// <summary>Makes room there.</summary>
    public void MakeRoom() => File.Delete(Ballast);

    /// <summary>Keeps the folder when this is disposed.</summary>
    /// <returns>Its path.</returns>
    public string Keep()
    {
        Site.CopyFolder(FolderOf(Tight), _folder[Tight]);
        _folder.IsKept = true;
        return _folder.Path;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tight.DisposeAsync();
        _folder.Dispose();
    }

    private async Task SetUpAsync()
    {
        foreach (var repository in Repositories)
        {
            (await RunAsync($"repository add {repository} {FolderOf(repository)}")).Ended(0);
        }

        for (var number = _random.Next(8, 13); number > 0; number--)
        {
            await AddMachineAsync($"m{Machines.Count}");
        }

        // Every third machine is in a second job too.
        var quarter = Machines.Count / 4;
        string Of(int part) =>
            string.Join(' ', Machines.Where((_, i) => i / quarter == part || i % 3 == part).Select(each => each.Name));
        const string Small = "--block-size 256KiB";
        await AddAsync("near", $"backup b0 --machine {Of(0)} {Small}", keep: 3);
        await AddAsync("near", $"backup b1 --machine {Of(1)} {Small} --method forward --synthetic-full-every 3", 2);
        await AddAsync("far", $"backup b2 --machine {Of(2)} --method forward --synthetic-full-every 3 --transform", 3);
        await AddAsync("far", $"backup b3 --machine {Of(3)} {Small} --method reverse", keep: 3);
        await AddAsync(Tight, $"backup b4 --machine {Of(0)} {Small} --method forward --full-every 3", keep: 2);
        await AddAsync("far", "copy c0 --job b0 b1", keep: 3);
        await AddAsync("near", "copy c1 --job b3 b4", keep: 2);
        await AddAsync(Tight, "copy c2 --job c0", keep: 2);
    }

    private async Task AddMachineAsync(string name)
    {
        var disks = new List<DiskFile>();
        for (var number = _random.Next(4) == 0 ? 2 : 1; number > 0; number--)
        {
            var disk = new DiskFile(_folder[$"{name}-d{disks.Count}.img"], _random);
            disk.Create(_random.Next(1, 13) * (256L << 10));
            if (_random.Next(6) == 0)
            {
                disk.Grow(64 * Mebibyte);
            }

            disks.Add(disk);
        }

        var flags = string.Join(' ', disks.Select((disk, i) => $"--disk d{i}={disk.Path}"));
        (await RunAsync($"machine add {name} {flags}")).Ended(0);
        Machines.Add(new SoakMachine(name, disks));
    }

    private async Task AddAsync(string repository, string what, int keep)
    {
        (await RunAsync($"job add {what} --repository {repository} --keep {keep}")).Ended(0);
        var words = what.Split(' ');
        Jobs.Add(new SoakJob(words[1], words[0] == "copy", words.Contains("--synthetic-full-every"), keep));
    }
}
