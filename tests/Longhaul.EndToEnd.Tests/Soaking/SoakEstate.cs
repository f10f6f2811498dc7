using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>Machines, repositories and jobs, in a folder of their own; one repository is on a small file system,
/// one on a file system that protects files from deletion.</summary>
internal sealed class SoakEstate : IAsyncDisposable
{
    private const int Mebibyte = 1 << 20;
    private const string Tight = "tight";
    private const string Held = "held";

    /// <summary>The password of all that is encrypted: given with every command, since whose a backup is changes all the time.</summary>
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["LONGHAUL_PASSWORD"] = "the soak's password",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random;
    private readonly MountedFolder _tight;
    private readonly MountedFolder _held;
    private int _restores;

    private SoakEstate(int seed, MountedFolder tight, MountedFolder held) =>
        (_random, _tight, _held) = (new Random(seed), tight, held);

    /// <summary>The machines.</summary>
    public List<SoakMachine> Machines { get; } = [];

    /// <summary>The jobs.</summary>
    public List<SoakJob> Jobs { get; } = [];

    /// <summary>Names of the repositories.</summary>
    public static IReadOnlyList<string> Repositories { get; } = ["near", "far", Tight, Held];

    /// <summary>Repositories from which files that nothing needs can go.</summary>
    public static IReadOnlyList<string> Unprotected { get; } = ["near", "far", Tight];

    /// <summary>Repositories that have room.</summary>
    public static IReadOnlyList<string> Roomy { get; } = ["near", "far"];

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
        var estate = new SoakEstate(
            seed,
            await MountedFolder.MountLoopAsync("ext4", 96 * Mebibyte, Token),
            await MountedFolder.MountLoopAsync("ext4", 512L * Mebibyte, Token)
        );
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
        repository switch
        {
            Tight => Path.Combine(_tight.Path, Tight),
            Held => Path.Combine(_held.Path, Held),
            _ => _folder[repository],
        };

    /// <summary>A path beside the repositories.</summary>
    public string Beside(string name) => _folder[name];

    /// <summary>A file with a second password.</summary>
    public string SecondPassword => _folder["second.password"];

    /// <summary>Starts the program.</summary>
    /// <param name="line">Its arguments, separated by blanks.</param>
    public async Task<RunningProgram> StartAsync(string line) =>
        LonghaulProgram.Start(await LonghaulProgram.PathAsync(), Site.ArgumentsOf(Home, line), s_environment);

    /// <summary>Runs the program.</summary>
    /// <param name="line">Its arguments, separated by blanks.</param>
    public async Task<Outcome> RunAsync(string line)
    {
        using var program = await StartAsync(line);
        return await program.EndAsync(Token);
    }

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
        Site.CopyFolder(FolderOf(Held), _folder[Held]);
        _folder.IsKept = true;
        return _folder.Path;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _tight.DisposeAsync();
        await _held.DisposeAsync();
        _folder.Dispose();
    }

    private async Task SetUpAsync()
    {
        await File.WriteAllTextAsync(SecondPassword, "the other one\n", Token);
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
        const string Rules = "--keep-weekly 2 --keep-monthly 1";
        await AddAsync("near", $"backup b0 --machine {Of(0)} {Small} {Rules}", keep: 3);
        await AddAsync("near", $"backup b1 --machine {Of(1)} {Small} --method forward --synthetic-full-every 3", 2);
        await AddAsync("far", $"backup b2 --machine {Of(2)} --method forward --synthetic-full-every 3 --transform", 3);
        await AddAsync("far", $"backup b3 --machine {Of(3)} {Small} --method reverse", keep: 3);
        await AddAsync(Tight, $"backup b4 --machine {Of(0)} {Small} --method forward --full-every 3", keep: 2);
        await AddAsync("near", $"backup b5 --machine {Of(1)} {Small} --encrypt", keep: 3);
        await AddAsync(Held, $"backup b6 --machine {Machines[0].Name} {Small} --immutable-for 1d", keep: 1);
        await AddAsync("far", $"copy c0 --job b0 b1 {Rules}", keep: 3);
        await AddAsync("near", "copy c1 --job b3 b4", keep: 2);
        await AddAsync(Tight, "copy c2 --job c0", keep: 2);
        await AddAsync("far", "copy c3 --job b5 b6 --encrypt", keep: 2);
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
        var added = (await RunAsync($"machine add {name} {flags}")).Ended(0).Document;
        Machines.Add(new SoakMachine(added.Text("id")!, name, disks));
    }

    private async Task AddAsync(string repository, string what, int keep)
    {
        (await RunAsync($"job add {what} --repository {repository} --keep {keep}")).Ended(0);
        var words = what.Split(' ');
        Jobs.Add(
            new SoakJob(
                words[1],
                repository,
                words[0] == "copy",
                words.Contains("--synthetic-full-every"),
                keep,
                words.Contains("--keep-weekly")
            )
        );
    }
}
