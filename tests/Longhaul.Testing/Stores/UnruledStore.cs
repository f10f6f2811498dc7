using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Testing.Stores;

/// <summary>A store in which anything may go wrong, by a seed: errors instead of a call and after it, writes that end in the
/// middle or leave a torn sector, no space, a place that is gone for a while, and bits that flip while they are read.</summary>
/// <remarks>It keeps the promises of <see cref="IObjectStore"/> in so far as what it said is done is done. Quiet unless
/// <see cref="TroublePerMille"/> is set. Deterministic as long as the caller is.</remarks>
/// <param name="inner">The store that does the work.</param>
/// <param name="seed">Chooses what happens.</param>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class UnruledStore(IObjectStore inner, int seed) : IObjectStore
{
    private const int SectorSize = 512;

    private readonly Lock _lock = new();
    private readonly Random _chance = new(seed);
    private readonly SortedDictionary<string, int> _done = new(StringComparer.Ordinal);
    private int _goneFor;

    /// <inheritdoc/>
    public string Location => inner.Location;

    /// <inheritdoc/>
    public long BestSegmentSize => inner.BestSegmentSize;

    /// <inheritdoc/>
    public IObjectProtection Protection => inner.Protection;

    /// <summary>How many of a thousand calls go wrong; 0 none, and then the place is there again.</summary>
    public int TroublePerMille { get; set; }

    /// <summary>Calls that may still be made; one more is a mistake of who makes them: it does not end.</summary>
    public int CallsLeft { get; set; } = int.MaxValue;

    /// <summary>What went wrong, and how often.</summary>
    public IReadOnlyDictionary<string, int> Done => _done;

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        EnumerateAsync(folder, inner.ListAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        EnumerateAsync(folder, inner.ListFoldersAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        EnumerateAsync(folder, inner.ListUnfinishedAsync(folder, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(name, changes: false, () => inner.GetLengthAsync(name, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var read = await CallAsync(
            name,
            changes: false,
            () => inner.ReadAsync(name, offset, destination, cancellationToken)
        );
        if (read > 0 && Happens("flipped while read") is { } where)
        {
            destination.Span[where.Next(read.Value)] ^= (byte)(1 << where.Next(8));
        }

        return read;
    }

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) => CallAsync(name, changes: true, () => inner.PutIfAbsentAsync(name, content, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken) =>
        new Writer(
            this,
            await CallAsync(
                name,
                changes: true,
                () => inner.CreateAsync(name, cancellationToken),
                writer => writer.DisposeAsync()
            )
        );

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken) =>
        await CallAsync(
            name,
            changes: true,
            () => inner.ReopenAsync(name, length, cancellationToken),
            writer => writer?.DisposeAsync() ?? default
        )
            is { } reopened
            ? new Writer(this, reopened)
            : null;

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(name, changes: true, () => inner.DeleteAsync(name, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        CallAsync(Location, changes: false, () => inner.GetCapacityAsync(cancellationToken));

    /// <summary>Counts a call, and says whether something happens to it.</summary>
    /// <param name="what">What it would be.</param>
    /// <param name="weight">How much more often than other things: there are fewer such calls.</param>
    /// <returns>Null when nothing does; else what chooses the details.</returns>
    private Random? Happens(string what, int weight = 1)
    {
        lock (_lock)
        {
            if (TroublePerMille == 0 || _chance.Next(1000) >= weight * TroublePerMille)
            {
                return null;
            }

            Note(what);
            return new Random(_chance.Next());
        }
    }

    private void Note(string what) => _done[what] = _done.GetValueOrDefault(what) + 1;

    /// <summary>The error that a call ends with instead of being made; null: it is made.</summary>
    private LonghaulException? Refusal(string name, bool changes)
    {
        lock (_lock)
        {
            if (--CallsLeft < 0)
            {
                throw new InvalidOperationException("It goes on and on.");
            }

            if (TroublePerMille == 0)
            {
                _goneFor = 0;
                return null;
            }

            if (_goneFor > 0)
            {
                _goneFor--;
                return Errors.StoreUnreachable(Location);
            }

            if (_chance.Next(1000) >= TroublePerMille)
            {
                return null;
            }

            switch (_chance.Next(4))
            {
                case 0:
                    Note("gone for a while");
                    _goneFor = _chance.Next(30);
                    return Errors.StoreUnreachable(Location);
                case 1 when changes:
                    Note("no space");
                    return Errors.StoreNoSpace(name);
                case 2:
                    Note("denied");
                    return Errors.StoreAccessDenied(name);
                default:
                    Note("error");
                    return Errors.StoreIo(name, new IOException("EIO"));
            }
        }
    }

    private async ValueTask<T> CallAsync<T>(
        string name,
        bool changes,
        Func<ValueTask<T>> run,
        Func<T, ValueTask>? undo = null
    )
    {
        if (Refusal(name, changes) is { } error)
        {
            throw error;
        }

        var result = await run();
        if (!changes || Happens("done, and not acknowledged", weight: 2) is null)
        {
            return result;
        }

        if (undo is not null)
        {
            await undo(result);
        }

        throw Errors.StoreIo(name, new IOException("EIO"));
    }

    private async IAsyncEnumerable<T> EnumerateAsync<T>(
        string folder,
        IAsyncEnumerable<T> items,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (Refusal(folder, changes: false) is { } error)
        {
            throw error;
        }

        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            yield return item;
            if (Happens("listing ended early") is not null)
            {
                throw Errors.StoreIo(folder, new IOException("EIO"));
            }
        }
    }

    private sealed class Writer(UnruledStore store, IObjectWriter inner) : IObjectWriter
    {
        private bool _isCondemned;

        public string Name => inner.Name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            ThrowIfCondemned();
            if (store.Refusal(Name, changes: true) is { } error)
            {
                throw error;
            }

            if (store.Happens("write ended in the middle", weight: 4) is not { } how)
            {
                await inner.WriteAsync(content, cancellationToken);
                return;
            }

            // A prefix, whose last sector may be anything.
            var left = content[..how.Next(content.Length + 1)].ToArray();
            if (how.Next(2) == 0)
            {
                how.NextBytes(left.AsSpan(Math.Max(0, left.Length - SectorSize)));
            }

            await inner.WriteAsync(left, cancellationToken);
            _isCondemned = true; // a folder would go on behind the last whole write; here it ends
            throw how.Next(2) == 0
                ? Errors.StoreNoSpace(Name, new IOException("ENOSPC"))
                : Errors.StoreIo(Name, new IOException("EIO"));
        }

        public async ValueTask<int> ReadAsync(
            long offset,
            Memory<byte> destination,
            CancellationToken cancellationToken
        )
        {
            var read = await store.CallAsync(
                Name,
                changes: false,
                () => inner.ReadAsync(offset, destination, cancellationToken)
            );
            if (read > 0 && store.Happens("flipped while read back") is { } where)
            {
                destination.Span[where.Next(read)] ^= (byte)(1 << where.Next(8));
            }

            return read;
        }

        public ValueTask FlushAsync(CancellationToken cancellationToken) =>
            CondemningAsync(() => inner.FlushAsync(cancellationToken));

        public ValueTask CompleteAsync(CancellationToken cancellationToken) =>
            CondemningAsync(() => inner.CompleteAsync(cancellationToken));

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        // As in a directory: what a flush did not keep, no later flush brings back.
        private async ValueTask CondemningAsync(Func<ValueTask> run)
        {
            ThrowIfCondemned();
            _isCondemned = true;
            await store.CallAsync(
                Name,
                changes: true,
                async () =>
                {
                    await run();
                    return true;
                }
            );
            _isCondemned = false;
        }

        private void ThrowIfCondemned()
        {
            if (_isCondemned)
            {
                throw Errors.StoreIo(Name, new IOException("EIO"));
            }
        }
    }
}
