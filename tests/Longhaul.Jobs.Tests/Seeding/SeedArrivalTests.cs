using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Engine.Seeding;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Jobs.Seeding;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Jobs.Tests.Seeding;

/// <summary>A seed that is half received is no backup, and is received when the rest has come.</summary>
public sealed class SeedArrivalTests
{
    private const string Folder = "offsite";

    private readonly FakeTimeProvider _clock = new();
    private readonly MemoryObjectStore _carried = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_power_loss_at_any_call_there_is_the_whole_seed_or_no_backup_and_it_goes_on()
    {
        var list = await CarryAsync();
        var store = new PowerLossStore();
        await ReceiveAsync(store, list);
        Assert.True(store.Steps.Count > 2 * list.Files.Count, $"{store.Steps.Count} calls");

        for (var call = 1; call <= store.Steps.Count + 1; call++)
        {
            var left = new MemoryObjectStore(store.AfterPowerLoss(call, seed: call));
            Assert.True(await IsWholeAsync(left, list) || await OpenAsync(left) is null, $"at call {call}");

            await ReceiveAsync(left, list);

            Assert.True(await IsWholeAsync(left, list), $"at call {call}");
            Assert.NotNull(await OpenAsync(left));
        }
    }

    [Theory]
    [InlineData(StoreCall.Create)]
    [InlineData(StoreCall.Write)]
    [InlineData(StoreCall.Complete)]
    [InlineData(StoreCall.Delete)]
    [InlineData(StoreCall.List)]
    public async Task A_call_that_fails_anywhere_leaves_no_backup_and_the_next_attempt_succeeds(StoreCall call)
    {
        var list = await CarryAsync();
        var counting = new FaultyStore(new MemoryObjectStore());
        await ReceiveAsync(counting, list);
        Assert.True(counting.Calls(call) > 0, "it is made");

        for (var number = 1; number <= counting.Calls(call); number++)
        {
            var left = new MemoryObjectStore();
            var faulty = new FaultyStore(left).ErrorInstead(call, () => Errors.StoreNoSpace("x"), number);
            await Assert.ThrowsAsync<LonghaulException>(() => ReceiveAsync(faulty, list));
            Assert.Null(await OpenAsync(left));

            await ReceiveAsync(left, list);

            Assert.True(await IsWholeAsync(left, list), $"after {call} {number}");
        }
    }

    [Fact]
    public async Task A_file_that_is_damaged_where_it_was_brought_is_brought_again()
    {
        var list = await CarryAsync();
        var store = new MemoryObjectStore();
        await ReceiveAsync(store, list);
        var name = $"{Folder}/{list.Files[^1].Name}";
        await store.DeleteAsync(name, Token);
        await store.PutIfAbsentAsync(name, new byte[list.Files[^1].Length], Token);

        await ReceiveAsync(store, list);

        Assert.True(await IsWholeAsync(store, list));
    }

    /// <summary>Receives what is not there yet, as the check would have found it.</summary>
    private async Task ReceiveAsync(IObjectStore store, SeedList list)
    {
        var there = new SeedPart("/repository/" + Folder, new FolderStore(store, Folder + "/"));
        var carried = new SeedPart("/carried", _carried);
        var places = new Dictionary<string, SeedPlace>();
        foreach (var file in list.Files)
        {
            var isThere = await HashOfAsync(there.Store, file.Name) == file.Digest;
            places[file.Name] = new SeedPlace(isThere ? there : carried, file.Name);
        }

        var report = new SeedCheckReport
        {
            Faults = [],
            MissingParts = [],
            FilesChecked = list.Files.Count,
            BytesRead = 0,
            Places = places,
        };
        await new SeedArrival(store, there, list, report).BringAsync(progress: null, Token);
    }

    private async Task<SeedList> CarryAsync()
    {
        var owner = new OwnerState(JobId.New(), Folder, RepositoryId.New(), "here");
        using var folder = await BackupFolder.CreateAsync(
            _carried,
            Folder,
            1 << 20,
            BackupOrigin.Copy,
            owner,
            default,
            password: null,
            _clock,
            Token
        );
        for (var segment = 1; segment <= 2; segment++)
        {
            await _carried.PutIfAbsentAsync(
                BackupNames.SegmentFile(SegmentId.New(), 1),
                new byte[5000 + segment],
                Token
            );
        }

        var files = new List<SeedFile>();
        await foreach (var item in _carried.ListAsync("", Token))
        {
            var hash = await HashOfAsync(_carried, item.Name);
            files.Add(new SeedFile(item.Name, 1, item.Length, hash!.Value, Frames: null));
        }

        return new SeedList
        {
            Backup = folder!.Descriptor.Id,
            Name = Folder,
            CreatedAt = _clock.GetUtcNow(),
            Encrypted = false,
            Parts = 1,
            Machines = [],
            Files = files,
        };
    }

    private async Task<BackupFolder?> OpenAsync(IObjectStore store) =>
        await BackupFolder.OpenAsync(new FolderStore(store, Folder + "/"), Folder, open: null, _clock, Token);

    private static async Task<bool> IsWholeAsync(IObjectStore store, SeedList list)
    {
        foreach (var file in list.Files)
        {
            if (await HashOfAsync(new FolderStore(store, Folder + "/"), file.Name) != file.Digest)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<Digest?> HashOfAsync(IObjectStore store, string name) =>
        await store.ReadWholeAsync(name, 1 << 20, Token) is { } bytes ? Digest.Of(bytes) : null;
}
