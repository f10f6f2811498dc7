using System.Runtime.CompilerServices;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>One actor's way to the store: every call that others could notice waits for its turn.</summary>
/// <remarks>Calls whose place in the schedule makes no difference are made at once: reading a record that is there, which
/// nobody ever removes, and appending to an object that nobody sees yet.</remarks>
internal sealed class SteppedStore(MemoryObjectStore inner, Stage stage, int actor) : IObjectStore
{
    /// <summary>Whether calls are made at once: what an actor did before the exploration begins.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>How many records this actor put.</summary>
    public int Commits { get; private set; }

    /// <summary>How often this actor was told that another had taken the ground from under it.</summary>
    public int Refusals { get; set; }

    public string Location => inner.Location;

    public long BestSegmentSize => inner.BestSegmentSize;

    public IObjectProtection Protection => inner.Protection;

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await StepAsync(StoreStepKind.List, folder).ConfigureAwait(false);
        await foreach (var item in inner.ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        inner.ListFoldersAsync(folder, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListUnfinishedAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await StepAsync(StoreStepKind.List, folder).ConfigureAwait(false);
        await foreach (var item in inner.ListUnfinishedAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    public async ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        await LookAsync(name, cancellationToken).ConfigureAwait(false);
        return await inner.GetLengthAsync(name, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        await LookAsync(name, cancellationToken).ConfigureAwait(false);
        return await inner.ReadAsync(name, offset, destination, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        await ChangeAsync(name).ConfigureAwait(false);
        var isPut = await inner.PutIfAbsentAsync(name, content, cancellationToken).ConfigureAwait(false);
        if (isPut && name.StartsWith("log/", StringComparison.Ordinal))
        {
            Commits++;
        }

        return isPut;
    }

    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        await ChangeAsync(name).ConfigureAwait(false);
        return new Writer(this, await inner.CreateAsync(name, cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken)
    {
        await ChangeAsync(name).ConfigureAwait(false);
        var writer = await inner.ReopenAsync(name, length, cancellationToken).ConfigureAwait(false);
        return writer is null ? null : new Writer(this, writer);
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        await ChangeAsync(name).ConfigureAwait(false);
        return await inner.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        inner.GetCapacityAsync(cancellationToken);

    private Task ChangeAsync(string name) => StepAsync(StoreStepKind.Change, name);

    private Task StepAsync(StoreStepKind kind, string name) =>
        IsQuiet ? Task.CompletedTask : stage.StepAsync(actor, new(kind, name));

    private async ValueTask LookAsync(string name, CancellationToken cancellationToken)
    {
        var isFixed =
            (name.StartsWith("log/", StringComparison.Ordinal) || name == "backup.json")
            && await inner.GetLengthAsync(name, cancellationToken).ConfigureAwait(false) is not null;
        if (!isFixed)
        {
            await StepAsync(StoreStepKind.Read, name).ConfigureAwait(false);
        }
    }

    private sealed class Writer(SteppedStore store, IObjectWriter inner) : IObjectWriter
    {
        public string Name => inner.Name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            inner.WriteAsync(content, cancellationToken);

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            inner.ReadAsync(offset, destination, cancellationToken);

        public ValueTask FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public async ValueTask CompleteAsync(CancellationToken cancellationToken)
        {
            await store.ChangeAsync(Name).ConfigureAwait(false);
            await inner.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
