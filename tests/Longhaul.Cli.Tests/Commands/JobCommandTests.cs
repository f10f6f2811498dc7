using Longhaul.Catalog.Backups;
using Longhaul.Core.Backups;
using Xunit;

namespace Longhaul.Cli.Tests.Commands;

public sealed partial class JobCommandTests : IAsyncLifetime
{
    private readonly Shell _shell = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _shell.AddMachineAsync("db");
        await _shell.AddMachineAsync("web");
        await _shell.JsonAsync("repository", "add", "main", _shell.At("main"));
        await _shell.JsonAsync("repository", "add", "offsite", _shell.At("offsite"));
    }

    public ValueTask DisposeAsync()
    {
        _shell.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Jobs_are_listed_by_name_in_their_short_form()
    {
        await AddBackupAsync("b");
        await AddBackupAsync("a");

        var listed = await _shell.JsonAsync("job", "list");

        Assert.Equal(["a", "b"], listed.Names());
        JsonAssert.IsShortFormOf(listed[0], await _shell.JsonAsync("job", "show", "a"));
    }

    private Task WriteDiskAsync(string machine) =>
        File.WriteAllBytesAsync(_shell.At(machine + ".img"), [.. Enumerable.Repeat((byte)7, 1 << 20)], Token);

    private Task<System.Text.Json.JsonElement> AddBackupAsync(string name, params string[] options) =>
        _shell.JsonAsync(["job", "add", "backup", name, "--machine", "db", "--repository", "main", .. options]);

    private async Task SaveBackupAsync(string folder, BackupOrigin origin, JobId? owner, string repository = "main")
    {
        await using var work = await _shell.Catalog.WriteAsync(Token);
        var repositories = await work.Repositories.ListAsync(Token);
        var id = BackupId.New();
        await work.Backups.SaveAsync(
            new BackupEntry
            {
                Repository = repositories.Single(entry => entry.Name == repository).Id,
                Folder = folder,
                BackupId = id,
                InstanceId = new InstanceId(id.Value),
                BlockSize = 1 << 20,
                Origin = origin,
                State = owner is null ? BackupState.Ownerless : BackupState.Owned,
                Owner = owner,
                OwnerName = owner is null ? null : "other",
            },
            [],
            Token
        );
        await work.CommitAsync(Token);
    }
}
