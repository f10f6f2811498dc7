using System.Text;
using Longhaul.Catalog.Sqlite;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary>The password of a job: kept when it is defined, shown as kept and no more, gone with the job.</summary>
public sealed class JobPasswordTests : IDisposable
{
    private readonly SealedRepository _site = new();

    private Shell Shell => _site.Shell;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task One_that_is_given_with_a_job_that_encrypts_is_kept()
    {
        await SetUpAsync();
        Assert.True(
            (await AddAsync("kept", "--encrypt", "--password-file", _site.Password("red"))).Flag("passwordKept")
        );
        var none = await AddAsync("none", "--encrypt", "--no-remember", "--password-file", _site.Password("red"));
        Assert.False(none.Flag("passwordKept"));
        Assert.False((await AddAsync("later", "--encrypt")).Flag("passwordKept"));
        Assert.False((await AddAsync("plain", "--password-file", _site.Password("red"))).Flag("passwordKept"));

        Assert.Equal(1, await _site.KeptAsync());
        Shell.Prepare = person => person.Variables["LONGHAUL_PASSWORD"] = "of the environment";
        Assert.True((await AddAsync("environment", "--encrypt")).Flag("passwordKept"));
        Assert.False((await Shell.JsonAsync("job", "edit", "later", "--keep", "3")).Flag("passwordKept"));
        Assert.True((await Shell.JsonAsync("job", "edit", "later", "--encrypt")).Flag("passwordKept"));
    }

    [Fact]
    public async Task It_is_given_later_and_goes_with_the_encryption_and_with_the_job()
    {
        await SetUpAsync();
        await AddAsync("nightly", "--encrypt");
        var given = new[] { "job", "edit", "nightly", "--password-file", _site.Password("red") };
        Assert.True((await Shell.JsonAsync(given)).Flag("passwordKept"));
        Assert.False((await Shell.JsonAsync("job", "clone", "nightly", "weekly")).Flag("passwordKept"));

        Assert.False((await Shell.JsonAsync("job", "edit", "nightly", "--encrypt", "false")).Flag("passwordKept"));
        Assert.Equal(0, await _site.KeptAsync());
        await Shell.JsonAsync([.. given, "--encrypt"]);
        Assert.Equal(1, await _site.KeptAsync());
        await Shell.JsonAsync("job", "remove", "nightly");
        Assert.Equal(0, await _site.KeptAsync());
    }

    [Fact]
    public async Task It_is_in_no_exported_configuration_and_readable_in_no_file_of_the_home()
    {
        await SetUpAsync();
        const string Secret = "ein Paßwort, 24 Zeichen";
        await File.WriteAllTextAsync(Shell.At("secret"), Secret + "\n", Token);
        await AddAsync("nightly", "--encrypt", "--password-file", Shell.At("secret"));
        await Shell.JsonAsync("config", "export", Shell.At("exported.json"));

        var key = await File.ReadAllBytesAsync(Path.Combine(Shell.Home, "password.key"), Token);
        var exported = await File.ReadAllBytesAsync(Shell.At("exported.json"), Token);
        var files = Directory.GetFiles(Shell.Home).Where(file => Path.GetFileName(file) != "password.key").ToArray();
        Assert.Contains(files, file => Path.GetFileName(file) == SqliteCatalog.FileName);
        foreach (var bytes in files.Select(Read).Append(exported))
        {
            Assert.All(
                Writings(Encoding.UTF8.GetBytes(Secret)),
                writing => Assert.Equal(-1, bytes.AsSpan().IndexOf(writing))
            );
            Assert.All(Writings(key), writing => Assert.Equal(-1, bytes.AsSpan().IndexOf(writing)));
        }

        Assert.DoesNotContain("passwordKept", Encoding.UTF8.GetString(exported), StringComparison.Ordinal);
    }

    /// <summary>SQLite takes its files for sharing away when the last connection closes, which its pool does in its own time.</summary>
    private static byte[] Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (FileNotFoundException)
        {
            return [];
        }
    }

    private static IEnumerable<byte[]> Writings(byte[] secret) =>
        [
            secret,
            Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(secret)),
            Encoding.ASCII.GetBytes(Convert.ToHexString(secret)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret)),
            Encoding.ASCII.GetBytes(Convert.ToBase64String(secret).TrimEnd('=')[..^1]),
        ];

    private async Task SetUpAsync()
    {
        await _site.SetUpAsync();
        await Shell.AddMachineAsync("web");
    }

    private Task<System.Text.Json.JsonElement> AddAsync(string name, params string[] more) =>
        Shell.JsonAsync(["job", "add", "backup", name, "--machine", "web", "--repository", "far", .. more]);
}
