using Longhaul.Core.Backups;
using Longhaul.Format.Keys;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

/// <summary>A shell with repository <c>far</c>, in which encrypted backups lie that were carried there; their passwords are quick
/// to try.</summary>
internal sealed class SealedRepository : IDisposable
{
    private static readonly PasswordCost s_cheap = new(MemoryKiB: 8, Passes: 1);

    public Shell Shell { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Shell.Dispose();

    /// <summary>Writes a password into a file.</summary>
    /// <returns>The file's path.</returns>
    public string Password(string text)
    {
        var file = Shell.At(text + ".password");
        File.WriteAllText(file, text + "\n");
        return file;
    }

    /// <summary>Puts backups there, each with its password; null for a plain one.</summary>
    public async Task SetUpAsync(params (string Name, string? Password)[] backups)
    {
        await Shell.JsonAsync("repository", "add", "far", Shell.At("far"));
        var root = new DirectoryStore(Shell.At("far"), PlacementMethod.Rename);
        foreach (var (name, password) in backups)
        {
            using var folder = await BackupFolder.CreateAsync(
                new FolderStore(root, name + "/"),
                name,
                1 << 20,
                BackupOrigin.Copy,
                new OwnerState(JobId.New(), "offsite", RepositoryId.New(), "server1"),
                "{}"u8.ToArray(),
                password is null ? null : new NewPassword(new Password(password), $"hint of {name}", s_cheap),
                Shell.Clock,
                Token
            );
            Assert.NotNull(folder);
        }

        await Shell.JsonAsync("repository", "rescan", "far");
    }

    /// <summary>State of a backup as <c>backup show</c> tells it.</summary>
    public async Task<string?> StateAsync(string backup) =>
        (await Shell.JsonAsync("backup", "show", backup)).Text("state");

    /// <summary>What is kept: how many passwords.</summary>
    public async Task<int> KeptAsync()
    {
        await using var view = await Shell.Catalog.ReadAsync(Token);
        return (await view.KeptPasswords.ListAsync(Token)).Count;
    }
}
