using System.Text.Json;
using Longhaul.Catalog;
using Longhaul.Catalog.Sqlite;
using Longhaul.Cli.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Cli.Tests;

/// <summary>Runs command lines in this process, on a home and folders of its own.</summary>
public sealed class Shell : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("longhaul-cli-");

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 3, 0, 0, TimeSpan.Zero));

    internal FakeInteraction Interaction { get; private set; } = new();

    internal Action<FakeInteraction> Prepare { get; set; } = static _ => { };

    internal ICatalog Catalog => new SqliteCatalog(new SqliteCatalogOptions { Home = Home });

    internal string Home => Path.Combine(_folder.FullName, "home");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    /// <summary>A path in the shell's own folder.</summary>
    internal string At(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Runs a line of words; the home is given by the environment.</summary>
    internal Task<int> RunAsync(params string[] words) => RunAsync(words, Token);

    internal async Task<int> RunAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        Interaction = new FakeInteraction { Variables = { ["LONGHAUL_HOME"] = Home } };
        Prepare(Interaction);
        var host = new CommandHost(
            Interaction,
            options => new SqliteCatalog(new SqliteCatalogOptions { Home = options.Home }),
            Clock
        );
        return await host.RunAsync(words, cancellationToken);
    }

    /// <summary>Runs a line with --json that must succeed, and reads its one document.</summary>
    internal async Task<JsonElement> JsonAsync(params string[] words)
    {
        var exitCode = await RunAsync([.. words, "--json"]);
        Assert.True(exitCode == ExitCodes.Done, $"exit {exitCode}: {Interaction.Out}{Interaction.Err}");
        return Document();
    }

    /// <summary>Runs a line with --json that must fail, and reads its error.</summary>
    internal async Task<JsonElement> ErrorAsync(int exitCode, string code, params string[] words)
    {
        Assert.Equal(exitCode, await RunAsync([.. words, "--json"]));
        var error = Document().GetProperty("error");
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("hint").GetString()!);
        Assert.Equal(JsonValueKind.Object, error.GetProperty("details").ValueKind);
        return error;
    }

    /// <summary>Adds a machine with one disk, an empty file.</summary>
    internal async Task AddMachineAsync(string name)
    {
        await File.WriteAllBytesAsync(At(name + ".img"), [], Token);
        await JsonAsync("machine", "add", name, "--disk", At(name + ".img"));
    }

    /// <summary>What the last line printed: exactly one JSON document and nothing else.</summary>
    internal JsonElement Document()
    {
        using var document = JsonDocument.Parse(Interaction.Out.ToString());
        return document.RootElement.Clone();
    }
}
