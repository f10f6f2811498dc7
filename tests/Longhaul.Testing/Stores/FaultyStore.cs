using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Testing.Stores;

/// <summary>Fails where it is told to: on the n-th call of a member, instead of the call or after it.</summary>
/// <remarks>Counts calls of each member from 1, over all objects and writers. Deterministic as long as the caller
/// is. After a flush or completion that failed with a <see cref="LonghaulException"/> the writer is condemned.</remarks>
/// <param name="inner">The store that does the work.</param>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class FaultyStore(IObjectStore inner) : IObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StoreCall, int> _calls = [];
    private readonly List<Fault> _faults = [];

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public long BestSegmentSize => inner.BestSegmentSize;

    /// <inheritdoc/>
    public IObjectProtection Protection => inner.Protection;

    /// <summary>How often a member was called by now.</summary>
    public int Calls(StoreCall call)
    {
        lock (_lock)
        {
            return _calls.GetValueOrDefault(call);
        }
    }

    /// <summary>Throws instead of making calls.</summary>
    /// <param name="call">Which member.</param>
    /// <param name="error">Makes the error.</param>
    /// <param name="from">The first call that fails, from 1 and from now.</param>
    /// <param name="count">How many fail in a row.</param>
    public FaultyStore ErrorInstead(StoreCall call, Func<Exception> error, int from = 1, int count = 1) =>
        Add(call, error, from, count, isAfter: false);

    /// <summary>Makes calls and then throws: the effect is there and the caller does not know.</summary>
    /// <inheritdoc cref="ErrorInstead"/>
    public FaultyStore ErrorAfter(StoreCall call, Func<Exception> error, int from = 1, int count = 1) =>
        Add(call, error, from, count, isAfter: true);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        EnumerateAsync(inner.ListAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        EnumerateAsync(inner.ListFoldersAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        EnumerateAsync(inner.ListUnfinishedAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(StoreCall.GetLength, () => inner.GetLengthAsync(name, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    ) => CallAsync(StoreCall.Read, () => inner.ReadAsync(name, offset, destination, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => CallAsync(StoreCall.Put, () => inner.PutIfAbsentAsync(name, content, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken) =>
        CallAsync<IObjectWriter>(
            StoreCall.Create,
            async () => new Writer(this, await inner.CreateAsync(name, cancellationToken)),
            writer => writer.DisposeAsync()
        );

    /// <inheritdoc/>
    public ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken) =>
        CallAsync<IObjectWriter?>(
            StoreCall.Reopen,
            async () =>
                await inner.ReopenAsync(name, length, cancellationToken) is { } writer
                    ? new Writer(this, writer)
                    : null,
            writer => writer?.DisposeAsync() ?? default
        );

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(StoreCall.Delete, () => inner.DeleteAsync(name, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        CallAsync(StoreCall.GetCapacity, () => inner.GetCapacityAsync(cancellationToken));

    private FaultyStore Add(StoreCall call, Func<Exception> error, int from, int count, bool isAfter)
    {
        lock (_lock)
        {
            var first = _calls.GetValueOrDefault(call) + from;
            _faults.Add(new Fault(call, first, first + count, isAfter, error));
        }

        return this;
    }

    private Fault? Count(StoreCall call)
    {
        lock (_lock)
        {
            var number = _calls[call] = _calls.GetValueOrDefault(call) + 1;
            return _faults.Find(fault => fault.Call == call && number >= fault.First && number < fault.End);
        }
    }

    private async ValueTask<T> CallAsync<T>(StoreCall call, Func<ValueTask<T>> run, Func<T, ValueTask>? undo = null)
    {
        var fault = Count(call);
        if (fault is { IsAfter: false })
        {
            throw fault.Error();
        }

        var result = await run();
        if (fault is null)
        {
            return result;
        }

        if (undo is not null)
        {
            await undo(result);
        }

        throw fault.Error();
    }

    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        IAsyncEnumerable<T> items,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var fault = Count(StoreCall.List);
        if (fault is { IsAfter: false })
        {
            throw fault.Error();
        }

        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            yield return item;
        }

        if (fault is not null)
        {
            throw fault.Error();
        }
    }

    private sealed record Fault(StoreCall Call, int First, int End, bool IsAfter, Func<Exception> Error);

    private sealed class Writer(FaultyStore store, IObjectWriter inner) : IObjectWriter
    {
        private Exception? _failedFlush;

        public string Name => inner.Name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            RunAsync(StoreCall.Write, () => inner.WriteAsync(content, cancellationToken));

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            store.CallAsync(StoreCall.ReadBack, () => inner.ReadAsync(offset, destination, cancellationToken));

        public ValueTask FlushAsync(CancellationToken cancellationToken) =>
            CondemningAsync(StoreCall.Flush, () => inner.FlushAsync(cancellationToken));

        public ValueTask CompleteAsync(CancellationToken cancellationToken) =>
            CondemningAsync(StoreCall.Complete, () => inner.CompleteAsync(cancellationToken));

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        // As in a directory: what a flush did not keep, no later flush brings back.
        private async ValueTask CondemningAsync(StoreCall call, Func<ValueTask> run)
        {
            try
            {
                await RunAsync(call, run);
            }
            catch (LonghaulException error)
            {
                _failedFlush = error;
                throw;
            }
        }

        private async ValueTask RunAsync(StoreCall call, Func<ValueTask> run)
        {
            if (_failedFlush is not null)
            {
                throw Errors.StoreIo(Name, _failedFlush);
            }

            await store.CallAsync(
                call,
                async () =>
                {
                    await run();
                    return true;
                }
            );
        }
    }
}
