using System.Buffers;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Blocks;

/// <summary>A sink of which one step failed seals nothing any more, whoever asks it: its numbers and its buffer are not to be trusted.</summary>
public sealed class SegmentSinkTests : IAsyncLifetime
{
    /// <summary>Below what is made ready on another thread: when it is written is known.</summary>
    private const int FrameLength = 60_000;

    private readonly FaultyStore _store = new(new MemoryObjectStore());
    private BackupFolder _folder = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _folder = (
            await BackupFolder.CreateAsync(
                _store,
                "nightly",
                1 << 20,
                BackupOrigin.Backup,
                new OwnerState(JobId.New(), "nightly", RepositoryId.New(), "here"),
                "{}"u8.ToArray(),
                password: null,
                new FakeTimeProvider(),
                Token
            )
        )!;

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task After_an_append_that_failed_every_call_fails()
    {
        await using var sink = new SegmentSink(_folder, MachineId.New(), 1);
        await AppendAsync(sink);
        FailOnce();

        // The one whose frame finds no room in the buffer.
        await Assert.ThrowsAsync<LonghaulException>(async () =>
        {
            for (var frame = 0; frame < 20; frame++)
            {
                await AppendAsync(sink);
            }
        });

        await IsOfNoUseAsync(sink);
    }

    /// <summary>What the buffer had is written in part, and would be written twice.</summary>
    [Fact]
    public async Task After_a_flush_that_failed_every_call_fails()
    {
        await using var sink = new SegmentSink(_folder, MachineId.New(), 1);
        await AppendAsync(sink);
        FailOnce();

        await Assert.ThrowsAsync<LonghaulException>(async () => await sink.FlushAsync(Token));

        await IsOfNoUseAsync(sink);
    }

    [Fact]
    public async Task After_a_sealing_that_failed_every_call_fails()
    {
        await using var sink = new SegmentSink(_folder, MachineId.New(), 1);
        await AppendAsync(sink);
        FailOnce();

        await Assert.ThrowsAsync<LonghaulException>(async () => await sink.CompleteAsync(Token));

        await IsOfNoUseAsync(sink);
    }

    private void FailOnce() => _store.ErrorInstead(StoreCall.Write, () => Errors.StoreNoSpace("segment"));

    private static async Task AppendAsync(SegmentSink sink)
    {
        using var frame = new FrameDraft(
            FrameCodec.Raw,
            FrameLength,
            ArrayPool<byte>.Shared.Rent(FrameLength),
            FrameLength,
            basis: null,
            depth: 0,
            beginsRun: false
        );
        await sink.AppendAsync(frame, Token);
    }

    private async Task IsOfNoUseAsync(SegmentSink sink)
    {
        foreach (
            var call in (Func<Task>[])
                [
                    () => AppendAsync(sink),
                    async () => await sink.FlushAsync(Token),
                    async () => await sink.CompleteAsync(Token),
                ]
        )
        {
            Assert.Equal("store.no-space", (await Assert.ThrowsAsync<LonghaulException>(call)).Code);
        }

        Assert.Empty(sink.Sealed);
        Assert.Empty(await _store.ListAsync(BackupNames.SegmentsFolder, Token).ToListAsync(Token));
    }
}
