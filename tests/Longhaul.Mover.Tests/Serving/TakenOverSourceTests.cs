using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Mover.Pairing;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.Mover.Tests.Serving;

/// <summary>Somebody has taken over a source: he has its certificate, its passwords and a program of his own, and may read and
/// append. After all that he tries, every restore point that was there can be read.</summary>
public sealed class TakenOverSourceTests
{
    private static readonly Password s_password = new("the estate's password");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("forever-forward", false)]
    [InlineData("reverse", false)]
    [InlineData("encrypted", true)]
    [InlineData("encrypted", false)]
    public async Task Whatever_he_tries_every_earlier_point_can_be_read(string golden, bool hasPassword)
    {
        await using var site = await MoverSite.StartAsync(Token);
        var home = Path.Combine(site.Directory, "backup");
        Copy(Path.Combine(Golden(), golden), home);
        var here = new DirectoryStore(site.Directory);
        var before = await ReadAsync(here);
        await PutRepositoryAsync(here, before.State.Home);
        var files = Everything(home);
        var store = (await site.OpenAsync(Token, MoverPermissions.Read | MoverPermissions.Append)).Store;

        foreach (var name in files.Keys.Select(file => $"backup/{file}").Append("repository.json"))
        {
            await RefusedAsync(() => store.DeleteAsync(name, Token).AsTask());
            Assert.False(await store.PutIfAbsentAsync(name, "mine"u8.ToArray(), Token));
            await RefusedAsync(async () => await store.Protection.UnprotectAsync(name, Token));
            await RefusedAsync(async () => await store.CreateAsync(name, Token));
            Assert.Null(await store.ReopenAsync(name, 0, Token));
        }

        var keys = hasPassword ? before.Keys!.Newest : null;
        foreach (var (what, open, sealedPart) in SourceAttacks.On(before.State))
        {
            var record = RecordCodec.Encode(open, sealedPart, keys);
            await RefusedAsync(
                () => store.PutIfAbsentAsync($"backup/log/{open.Number:d8}", record, Token).AsTask(),
                what
            );
            await RefusedAsync(async () => await store.CreateAsync($"backup/log/{open.Number:d8}", Token), what);
        }

        foreach (var name in new[] { "backup/log/99999999", "backup/log/not-a-record", "backup/log/a/b" })
        {
            await RefusedAsync(() => store.PutIfAbsentAsync(name, new byte[100], Token).AsTask());
        }

        // What nobody lists may lie about.
        await store.PutIfAbsentAsync("backup/segments/rubbish", new byte[100], Token);
        await store.PutIfAbsentAsync("backup/keys/00000099.json", new byte[100], Token);

        var after = Everything(home);
        Assert.All(files, file => Assert.Equal(file.Value, after[file.Key]));
        await AllIsReadAsync(here, before.State);
    }

    [Fact]
    public async Task A_record_under_a_wrong_key_stops_readers_until_it_is_taken_out_of_the_way()
    {
        await using var site = await MoverSite.StartAsync(Token);
        Copy(Path.Combine(Golden(), "encrypted"), Path.Combine(site.Directory, "backup"));
        var here = new DirectoryStore(site.Directory);
        var before = await ReadAsync(here);
        await PutRepositoryAsync(here, before.State.Home);
        var store = (await site.OpenAsync(Token, MoverPermissions.Read | MoverPermissions.Append)).Store;
        var (_, open, _) = SourceAttacks.On(before.State).First();
        open.PointsRemoved.Clear();
        var forged = KeysOfHisOwn(before.State).Newest;
        var name = $"backup/log/{open.Number:d8}";

        // The mover has no key, and cannot tell.
        Assert.True(await store.PutIfAbsentAsync(name, RecordCodec.Encode(open, new Sealed(), forged), Token));
        var error = await Assert.ThrowsAsync<LonghaulException>(() => ReadAsync(here));
        Assert.Equal("data.damaged", error.Code);
        Assert.Contains(Path.GetFileName(name), error.Message, StringComparison.Ordinal);

        File.Move(Path.Combine(site.Directory, name), Path.Combine(site.Directory, "taken-away"));
        await AllIsReadAsync(here, before.State);
    }

    /// <summary>Other keys than the backup's, of the same generation.</summary>
    private static BackupKeys KeysOfHisOwn(BackupState state)
    {
        var (now, cost) = (TimeProvider.System.GetUtcNow(), new PasswordCost(MemoryKiB: 8, Passes: 1));
        var (list, keys) = KeyList.Create(state.Backup, s_password, "", now, cost);
        while (keys.Newest.Generation < state.KeyList!.Generation)
        {
            (list, keys) = list.Renewed(keys, [(s_password, "")], now, cost);
        }

        return keys;
    }

    private static async Task RefusedAsync(Func<Task> attack, string what = "")
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(attack);
        var isRefused = error is LonghaulException { Code: "mover.only-adds" or "mover.not-permitted" };
        Assert.True(isRefused || error is IOException, $"{what}: {error}");
    }

    private static async Task AllIsReadAsync(DirectoryStore store, BackupState before)
    {
        using var backup = new OpenBackup(await OpenAsync(store), before.Home, "main");
        var report = await new BackupVerifier(backup, progress: null).VerifyAsync(data: true, Token);
        Assert.Empty(report.Damaged);
        Assert.Equal(before.Points.Select(point => point.Id), backup.Folder.State.Points.Select(point => point.Id));
    }

    private static async Task<(BackupState State, BackupKeys? Keys)> ReadAsync(DirectoryStore store)
    {
        using var folder = await OpenAsync(store);
        return (folder.State, folder.Keys);
    }

    private static async Task<BackupFolder> OpenAsync(DirectoryStore store) =>
        (
            await BackupFolder.OpenAsync(
                new FolderStore(store, "backup/"),
                "backup",
                list => list.Open(s_password),
                TimeProvider.System,
                Token
            )
        )!;

    private static async Task PutRepositoryAsync(DirectoryStore store, RepositoryId id)
    {
        var descriptor = new RepositoryDescriptor(
            id,
            FormatVersion.Current,
            TimeProvider.System.GetUtcNow(),
            new Dictionary<string, string>()
        );
        await store.PutIfAbsentAsync(BackupNames.Repository, descriptor.Encode(), Token);
    }

    private static Dictionary<string, byte[]> Everything(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);

    private static string Golden([CallerFilePath] string here = "") =>
        Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "Longhaul.Engine.Tests", "Golden", "Folders")
        );

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
