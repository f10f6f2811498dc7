using System.Text;
using Longhaul.EndToEnd.Tests.Programs;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>A site whose backup and copy are encrypted, each under a password of its own; remembers all that was printed, to look
/// for secrets in it.</summary>
internal sealed class EncryptedSite(int seed) : IDisposable
{
    internal const int Block = 256 << 10;

    private readonly List<Outcome> _outcomes = [];
    private readonly List<string> _secrets = [];

    internal Site Site { get; } = new(seed);

    /// <summary>File with the password of the backup.</summary>
    internal string NearPassword => Password("near", "the near repository's password");

    /// <summary>File with the password of the copy.</summary>
    internal string FarPassword => Password("far", "das Paßwort der Kopie");

    /// <summary>Writes a password into a file.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="text">The password.</param>
    /// <returns>The file's path.</returns>
    internal string Password(string name, string text)
    {
        var file = Site[name + ".password"];
        File.WriteAllText(file, text + "\n");
        _secrets.Add(text);
        return file;
    }

    /// <summary>A backup job of one machine and a copy job, which both encrypt.</summary>
    internal async Task SetUpAsync()
    {
        await Site.SetUpAsync(6 * Block, "--block-size 256KiB --encrypt");
        await RunAsync(0, "job add copy offsite --job nightly --repository far --encrypt");
    }

    /// <summary>Runs a command that ends with an exit code.</summary>
    internal async Task<Outcome> RunAsync(int exitCode, string line)
    {
        var outcome = await Site.RunAsync(line);
        _outcomes.Add(outcome);
        return outcome.Ended(exitCode);
    }

    /// <summary>Restores a point of one disk.</summary>
    /// <returns>Hash of the disk's content.</returns>
    internal async Task<string> RestoreAsync(string point, string passwordFile)
    {
        var to = Site[$"restored-{_outcomes.Count}"];
        var restored = (await RunAsync(0, $"point restore {point} --to {to} --password-file {passwordFile}")).Document;
        return DiskFile.HashOf(Path.Combine(to, restored.Only("files").Text("path")!));
    }

    /// <summary>No password in what was printed, nor in any file of the home and the repositories, the catalog's among them; nor the
    /// key of those that are kept, but in its own file, which is its owner's alone.</summary>
    internal void NoSecretIsAnywhere()
    {
        var files = Files().ToArray();
        var printed = _outcomes.Select(outcome => Encoding.UTF8.GetBytes(outcome.ToString())).ToArray();
        foreach (var secret in _secrets.Distinct())
        {
            AreFree(printed.Concat(files.Select(file => file.Content)), SecretWritings.Of(secret));
        }

        foreach (var key in files.Where(file => Path.GetFileName(file.Path) == "password.key"))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.Path));
            var others = files.Where(file => file.Path != key.Path).Select(file => file.Content);
            AreFree(printed.Concat(others), SecretWritings.Of(key.Content));
        }
    }

    private static void AreFree(IEnumerable<byte[]> places, IReadOnlyList<byte[]> writings) =>
        Assert.All(places, place => Assert.All(writings, writing => Assert.Equal(-1, place.AsSpan().IndexOf(writing))));

    public void Dispose() => Site.Dispose();

    private IEnumerable<(string Path, byte[] Content)> Files() =>
        new[] { Site.Home, Site.Near, Site.Far }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => (file, File.ReadAllBytes(file)));
}
