using CsCheck;
using Longhaul.Core.Backups;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Folders;

/// <summary>Every 32nd record is also the whole list: opening is short, and sees what a reader of every step sees.</summary>
public sealed class WholeRecordTests
{
    [Fact]
    public async Task Opening_at_a_whole_record_sees_what_folding_every_step_sees() =>
        await Gen.Int[0, int.MaxValue].SampleAsync(async seed => await LiveAsync(seed), iter: 60, threads: 2);

    [Fact]
    public async Task Opening_reads_33_records_at_most()
    {
        var inner = new MemoryObjectStore();
        using var folder = await CreateAsync(inner);
        var steps = new RandomSteps(new Random(1));
        for (var i = 0; i < 150; i++)
        {
            await folder.CommitAsync(steps.Next, CancellationToken.None);
            var store = new FaultyStore(inner);
            using var opened = await BackupFolder.OpenAsync(
                store,
                "b",
                open: null,
                new FakeTimeProvider(),
                CancellationToken.None
            );
            Assert.InRange(store.Calls(StoreCall.Read), 2, 34);
            Assert.Equal(folder.State.Head, opened!.State.Head);
        }
    }

    private static async Task LiveAsync(int seed)
    {
        var store = new MemoryObjectStore();
        using var folder = await CreateAsync(store);
        var steps = new RandomSteps(new Random(seed));
        var model = folder.State;
        for (var i = 0; i < 100; i++)
        {
            RecordDraft? step = null;
            await folder.CommitAsync(state => step = steps.Next(state), CancellationToken.None);
            var file = Format.Log.RecordCodec.RecordName(model.Number + 1);
            model = StateFold.Apply(model, step!.Open, step.SealedPart, folder.State.Head, file);
            Assert.Equal(StateText.Of(model), StateText.Of(folder.State));
        }

        using var opened = await BackupFolder.OpenAsync(
            store,
            "b",
            open: null,
            new FakeTimeProvider(),
            CancellationToken.None
        );
        Assert.Equal(StateText.Of(model), StateText.Of(opened!.State));
        var entries = await new BackupLog(store).ReadOnAsync(0, default, CancellationToken.None);
        Assert.Equal(3, entries.Count(entry => entry.Open.Whole));
    }

    private static async Task<BackupFolder> CreateAsync(MemoryObjectStore store) =>
        (
            await BackupFolder.CreateAsync(
                store,
                "b",
                1 << 20,
                BackupOrigin.Copy,
                new OwnerState(JobId.New(), "job", RepositoryId.New(), "server"),
                "{}"u8.ToArray(),
                password: null,
                new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero)),
                CancellationToken.None
            )
        )!;
}
