using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Record = Longhaul.Format.Log.Record;

namespace Longhaul.Storage.Tests.Logs;

/// <summary>The log is one chain: whatever does not follow is named, and a number once taken stays taken.</summary>
public sealed class LogChainTests
{
    private const int Records = 5;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Record_that_names_another_hash_is_damage_and_is_named()
    {
        var store = await WriteAsync(Records);
        var other = Google.Protobuf.ByteString.CopyFrom([.. new byte[31], 1]);
        await ReplaceAsync(store, Records, record => record.Previous = other);
        await AssertDamagedAsync(store, "log/00000005");
    }

    [Fact]
    public async Task Record_that_was_changed_after_the_next_was_put_is_damage()
    {
        var store = await WriteAsync(Records);
        await ReplaceAsync(store, 3, record => record.Step = "other");
        await AssertDamagedAsync(store, "log/00000004");
    }

    [Fact]
    public async Task Gap_in_the_log_is_a_missing_file()
    {
        var store = await WriteAsync(Records);
        await store.DeleteAsync("log/00000003", CancellationToken.None);
        var error = await Assert.ThrowsAsync<LonghaulException>(() => OpenAsync(store));
        Assert.Equal("data.missing", error.Code);
        Assert.Contains("log/00000003", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log/00000000")]
    [InlineData("log/3")]
    [InlineData("log/-0000003")]
    [InlineData("log/00000006.Xy12")]
    [InlineData("log/100000000")]
    [InlineData("log/99999999999999999999999")]
    [InlineData("log/old/00000001")]
    public async Task File_in_the_log_that_is_no_record_is_damage_and_is_named(string name)
    {
        var store = await WriteAsync(2);
        await store.PutIfAbsentAsync(name, new byte[10], CancellationToken.None);
        await AssertDamagedAsync(store, name);
    }

    [Fact]
    public async Task Record_of_another_number_is_damage()
    {
        var store = await WriteAsync(Records);
        var bytes = await store.ReadWholeAsync("log/00000004", RecordCodec.MaxSize, CancellationToken.None);
        await store.DeleteAsync("log/00000005", CancellationToken.None);
        await store.PutIfAbsentAsync("log/00000005", bytes, CancellationToken.None);
        await AssertDamagedAsync(store, "log/00000005");
    }

    [Fact]
    public async Task Record_of_another_backup_is_damage()
    {
        var store = await WriteAsync(Records);
        var other = await WriteAsync(Records + 1);
        var bytes = await other.ReadWholeAsync("log/00000006", RecordCodec.MaxSize, CancellationToken.None);
        await store.PutIfAbsentAsync("log/00000006", bytes, CancellationToken.None);
        await AssertDamagedAsync(store, "log/00000006");
    }

    [Fact]
    public async Task Record_far_beyond_the_head_is_not_taken_for_the_head()
    {
        var store = await WriteAsync(Records);
        var bytes = await store.ReadWholeAsync("log/00000005", RecordCodec.MaxSize, CancellationToken.None);
        await store.PutIfAbsentAsync("log/00000009", bytes, CancellationToken.None);
        await AssertDamagedAsync(store, "log/00000009");
    }

    [Fact]
    public async Task Two_folders_that_commit_in_turns_see_each_other()
    {
        var store = await WriteAsync(1);
        using var one = await OpenAsync(store);
        using var two = await OpenAsync(store);
        for (var i = 0; i < 40; i++)
        {
            await CondemnAsync(i % 2 == 0 ? one : two, LeftOver(i));
        }

        await one.RefreshAsync(CancellationToken.None);
        Assert.Equal(41, one.State.Number);
        Assert.Equal(40, one.State.CondemnedFiles.Count);
        Assert.Equal(two.State.Head, one.State.Head);
    }

    [Fact]
    public async Task Step_that_lost_is_prepared_again_from_the_newer_state()
    {
        var store = await WriteAsync(1);
        using var one = await OpenAsync(store);
        using var two = await OpenAsync(store);
        await CondemnAsync(one, LeftOver(0xa));
        var seen = new List<long>();
        await two.CommitAsync(
            state =>
            {
                seen.Add(state.Number);
                return Condemning(LeftOver(0xb));
            },
            CancellationToken.None
        );
        Assert.Equal([1, 2], seen);
        Assert.Equal([LeftOver(0xa), LeftOver(0xb)], two.State.CondemnedFiles.Keys);
    }

    [Fact]
    public async Task Record_whose_acknowledgement_was_lost_counts_as_put()
    {
        var inner = await WriteAsync(1);
        var store = new FaultyStore(inner).ErrorAfter(
            StoreCall.Put,
            () => Errors.StoreUnreachable("far", new IOException())
        );
        using var folder = await OpenAsync(store);
        await CondemnAsync(folder, LeftOver(0xa));
        await CondemnAsync(folder, LeftOver(0xb));
        Assert.Equal(3, folder.State.Number);
    }

    [Fact]
    public async Task Record_that_could_not_be_put_is_not_there_and_the_error_stays()
    {
        var inner = await WriteAsync(1);
        var store = new FaultyStore(inner).ErrorInstead(
            StoreCall.Put,
            () => Errors.StoreUnreachable("far", new IOException())
        );
        using var folder = await OpenAsync(store);
        var error = await Assert.ThrowsAsync<LonghaulException>(() => CondemnAsync(folder, LeftOver(0xa)));
        Assert.Equal("store.unreachable", error.Code);
        await CondemnAsync(folder, LeftOver(0xa));
        Assert.Equal(2, folder.State.Number);
    }

    [Fact]
    public async Task Store_that_puts_again_what_it_has_put_does_not_make_the_writer_lose()
    {
        using var folder = await OpenAsync(new RepeatingStore(await WriteAsync(1)));
        await CondemnAsync(folder, LeftOver(0xa));
        Assert.Equal(2, folder.State.Number);
    }

    [Fact]
    public async Task Backup_whose_creation_died_before_the_first_record_can_be_created()
    {
        var inner = new MemoryObjectStore();
        var dying = new FaultyStore(inner).ErrorInstead(StoreCall.Put, () => new IOException("power"), from: 2);
        await Assert.ThrowsAsync<IOException>(() => CreateAsync(dying));
        using var folder = await CreateAsync(inner);
        Assert.Equal(1, folder!.State.Number);
        using var opened = await OpenAsync(inner);
        Assert.Equal(folder.Descriptor.Id, opened.Descriptor.Id);
    }

    [Fact]
    public async Task Backup_that_is_there_is_not_created_again()
    {
        var store = await WriteAsync(Records);
        Assert.Null(await CreateAsync(store));
        using var folder = await OpenAsync(store);
        Assert.Equal(Records, folder.State.Number);
    }

    [Fact]
    public async Task Log_that_lost_its_descriptor_is_not_continued_as_another_backup()
    {
        var store = await WriteAsync(Records);
        await store.DeleteAsync(BackupNames.Backup, CancellationToken.None);
        Assert.Null(await CreateAsync(store));
        Assert.Null(await store.GetLengthAsync(BackupNames.Backup, CancellationToken.None));
    }

    [Fact]
    public async Task Of_two_that_create_over_one_dead_creation_one_learns_that_he_lost()
    {
        var inner = new MemoryObjectStore();
        var dying = new FaultyStore(inner).ErrorInstead(StoreCall.Put, () => new IOException("power"), from: 2);
        await Assert.ThrowsAsync<IOException>(() => CreateAsync(dying));

        BackupFolder? other = null;
        var overtaken = new OvertakenStore(inner, "log/00000001", async () => other = await CreateAsync(inner));
        Assert.Null(await CreateAsync(overtaken));
        Assert.Equal(1, other!.State.Number);
        other.Dispose();
    }

    private async Task<MemoryObjectStore> WriteAsync(int records)
    {
        var store = new MemoryObjectStore();
        using var folder = await CreateAsync(store);
        for (var i = 1; i < records; i++)
        {
            await CondemnAsync(folder!, LeftOver(i));
        }

        return store;
    }

    private async Task<BackupFolder?> CreateAsync(IObjectStore store) =>
        await BackupFolder.CreateAsync(
            store,
            "backup",
            1 << 20,
            BackupOrigin.Backup,
            new OwnerState(JobId.New(), "job", RepositoryId.New(), "test"),
            "{}"u8.ToArray(),
            password: null,
            _clock,
            CancellationToken.None
        );

    private async Task<BackupFolder> OpenAsync(IObjectStore store) =>
        (await BackupFolder.OpenAsync(store, "backup", open: null, _clock, CancellationToken.None))!;

    private async Task AssertDamagedAsync(MemoryObjectStore store, string file)
    {
        var error = await Assert.ThrowsAsync<LonghaulException>(() => OpenAsync(store));
        Assert.Equal("data.damaged", error.Code);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
    }

    private static async Task ReplaceAsync(MemoryObjectStore store, long number, Action<Record> change)
    {
        var name = BackupNames.Record(number);
        var entry = await new BackupLog(store).ReadAsync(number, CancellationToken.None);
        change(entry!.Open);
        await store.DeleteAsync(name, CancellationToken.None);
        await store.PutIfAbsentAsync(name, RecordCodec.Encode(entry.Open, entry.SealedPart), CancellationToken.None);
    }

    private static async Task CondemnAsync(BackupFolder folder, string file) =>
        await folder.CommitAsync(_ => Condemning(file), CancellationToken.None);

    private static RecordDraft Condemning(string file)
    {
        var draft = new RecordDraft("condemn");
        draft.Open.FilesCondemned.Add(new CondemnedFile { Name = file });
        return draft;
    }

    /// <summary>Puts everything twice, as a retry below does when the first answer was lost.</summary>
    private sealed class RepeatingStore(MemoryObjectStore inner) : DelegatingStore(inner)
    {
        public override async ValueTask<bool> PutIfAbsentAsync(
            string name,
            ReadOnlyMemory<byte> content,
            CancellationToken cancellationToken
        )
        {
            await base.PutIfAbsentAsync(name, content, cancellationToken);
            return await base.PutIfAbsentAsync(name, content, cancellationToken);
        }
    }

    /// <summary>Somebody else is a moment earlier.</summary>
    private sealed class OvertakenStore(MemoryObjectStore inner, string at, Func<Task> first) : DelegatingStore(inner)
    {
        public override async ValueTask<bool> PutIfAbsentAsync(
            string name,
            ReadOnlyMemory<byte> content,
            CancellationToken cancellationToken
        )
        {
            if (name == at)
            {
                await first();
            }

            return await base.PutIfAbsentAsync(name, content, cancellationToken);
        }
    }

    /// <summary>The name of a segment that no record lists.</summary>
    private static string LeftOver(int number) => $"segments/{number + 1:x32}.1.seg";
}
