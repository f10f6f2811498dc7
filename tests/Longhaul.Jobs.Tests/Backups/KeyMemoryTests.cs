using Google.Protobuf;
using Longhaul.Catalog.Sqlite;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Passwords;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Record = Longhaul.Format.Log.Record;

namespace Longhaul.Jobs.Tests.Backups;

/// <summary>A password was stolen, and changed: whoever has the old one and can write to the folder cannot lead the owner, who
/// still gives both, back to a key that the thief has.</summary>
public sealed class KeyMemoryTests : IDisposable
{
    private static readonly PasswordCost s_cheap = new(MemoryKiB: 8, Passes: 1);
    private static readonly Password s_stolen = new("stolen");
    private static readonly Password s_new = new("new");

    private readonly TemporaryFolder _home = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryObjectStore _store = new();
    private readonly RepositoryId _here = RepositoryId.New();
    private readonly BackupCache _cache;
    private BackupKeys? _thiefs;
    private KeyList? _firstList;

    public KeyMemoryTests() =>
        _cache = new BackupCache(new SqliteCatalog(new SqliteCatalogOptions { Home = _home.Path }), _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_list_under_the_stolen_key_is_noticed()
    {
        using (var backup = await MakeAndChangeAsync())
        {
            await ForgeAsync(_firstList!, _thiefs!, keyFile: 1);
        }

        await IsNoticedAsync(found: 1);
    }

    [Fact]
    public async Task A_newer_key_of_the_thiefs_own_making_is_noticed()
    {
        using (var backup = await MakeAndChangeAsync())
        {
            var (second, keys) = _firstList!.Renewed(_thiefs!, [(s_stolen, "")], _clock.GetUtcNow(), s_cheap);
            var (third, newest) = second.Renewed(keys, [(s_stolen, "")], _clock.GetUtcNow(), s_cheap);
            Assert.True(await _store.PutIfAbsentAsync(BackupNames.KeyList(third.Number), third.Encode(), Token));
            await ForgeAsync(third, newest, third.Number);
        }

        await IsNoticedAsync(found: 3);
    }

    [Fact]
    public async Task A_list_that_says_it_is_plain_is_noticed()
    {
        using (var backup = await MakeAndChangeAsync())
        {
            await ForgeAsync(list: null, keys: null, keyFile: 0);
        }

        await IsNoticedAsync(found: 0);
    }

    [Fact]
    public async Task A_later_change_by_another_installation_is_gone_along_with()
    {
        using (var backup = await MakeAndChangeAsync())
        {
            var list = (await backup.Folder.ReadKeyListAsync(Token))!;
            await ChangeAsync(backup, list, new Password("third"));
        }

        using var opened = await OpenAsync(s_stolen, s_new, new Password("third"));
        Assert.Equal(3, opened.Folder.State.KeyList!.Generation);
        await _cache.CheckHistoryAsync(opened, Token);
        await _cache.SaveAsync(opened, arrived: false, faults: null, Token);
        using var locked = await OpenAsync();
        await _cache.CheckHistoryAsync(locked, Token);
    }

    public void Dispose() => _home.Dispose();

    /// <summary>Nothing is written to it, and a person can take it as it is all the same.</summary>
    private async Task IsNoticedAsync(int found)
    {
        using var opened = await OpenAsync(s_new, s_stolen);
        Assert.False(opened.Folder.IsLocked);
        Assert.Equal(found, opened.Folder.State.KeyList?.Generation ?? 0);

        await _cache.SaveAsync(opened, arrived: false, faults: null, Token);
        var error = await Assert.ThrowsAsync<LonghaulException>(async () =>
            await _cache.CheckHistoryAsync(opened, Token)
        );
        Assert.Equal("backup.older-key", error.Code);

        await _cache.AcceptAsync(opened, Token);
        await _cache.CheckHistoryAsync(opened, Token);
    }

    private async Task<OpenBackup> MakeAndChangeAsync()
    {
        var job = JobId.New();
        var folder = await BackupFolder.CreateAsync(
            _store,
            "b",
            1 << 20,
            BackupOrigin.Copy,
            new OwnerState(job, "offsite", _here, "test"),
            "{}"u8.ToArray(),
            new NewPassword(s_stolen, "first", s_cheap),
            _clock,
            Token
        );
        var backup = new OpenBackup(folder!, _here, "far");
        _firstList = (await folder!.ReadKeyListAsync(Token))!;
        _thiefs = folder.Keys;
        await ChangeAsync(backup, _firstList, s_new);
        await _cache.SaveAsync(backup, arrived: false, faults: null, Token);
        return backup;
    }

    private async Task ChangeAsync(OpenBackup backup, KeyList list, Password password)
    {
        var (next, keys) = list.Renewed(backup.Folder.Keys!, [(password, "")], _clock.GetUtcNow(), s_cheap);
        await backup.Folder.ChangeKeyListAsync(next, keys, list, _ => new RecordDraft("password"), Token);
    }

    /// <summary>Puts a record that is the whole list, so that reading begins there, under a key of the thief's.</summary>
    private async Task ForgeAsync(KeyList? list, BackupKeys? keys, int keyFile)
    {
        var head = 0L;
        while (await _store.ReadWholeAsync(BackupNames.Record(head + 1), 1 << 20, Token) is not null)
        {
            head++;
        }

        var last = (await _store.ReadWholeAsync(BackupNames.Record(head), 1 << 20, Token))!;
        var first = (await _store.ReadWholeAsync(BackupNames.Record(1), 1 << 20, Token))!;
        var open = new Record
        {
            Number = (ulong)head + 1,
            Previous = ByteString.CopyFrom(RecordCodec.HashOf(last).ToBytes()),
            Step = "forged",
            Whole = true,
            Birth = RecordCodec.Decode("log", first).Open.Birth.Clone(),
        };
        if (list is not null)
        {
            open.Keys = new KeyListing
            {
                Number = (uint)keyFile,
                Generation = (uint)list.Generation,
                Hash = ByteString.CopyFrom(Digest.Of(list.Encode()).ToBytes()),
            };
        }

        var forged = RecordCodec.Encode(open, null, keys?.Newest);
        Assert.True(await _store.PutIfAbsentAsync(BackupNames.Record(head + 1), forged, Token));
    }

    private async Task<OpenBackup> OpenAsync(params Password[] passwords) =>
        new((await BackupFolder.OpenAsync(_store, "b", new Keyring(passwords).Open, _clock, Token))!, _here, "far");
}
