using System.Collections.Immutable;
using Longhaul.Storage.Stores;

namespace Longhaul.Testing.Stores;

/// <summary>Remembers every call that changed it, and shows what power loss at any of them could have left.</summary>
/// <remarks>
/// <para>What was acknowledged is there: puts, completions, deletes, and an unfinished object up to its watermark. The
/// call under way when the power went took effect wholly or not at all. Beyond its watermark an unfinished object has
/// any length up to what was written, and each 512-byte sector of that is the one written or zeros; one that was never
/// flushed may be gone with its name.</para>
/// <para>Calls take effect one after the other, so one at most is under way.</para>
/// <para>Memory: everything ever written.</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class PowerLossStore : IObjectStore, IDisposable
{
    private const int SectorSize = 512;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly MemoryStoreSnapshot _initial;
    private readonly MemoryObjectStore _inner;
    private ImmutableList<PowerLossStep> _steps = [];

    /// <summary>Makes an empty store.</summary>
    public PowerLossStore()
        : this(MemoryStoreSnapshot.Empty) { }

    /// <summary>Makes a store in which all of another's content is durable.</summary>
    public PowerLossStore(MemoryStoreSnapshot initial)
    {
        _initial = initial;
        _inner = new MemoryObjectStore(initial);
    }

    /// <inheritdoc/>
    public string Location => _inner.Location;

    /// <inheritdoc/>
    public long BestSegmentSize { get; init; } = 1 << 20;

    /// <inheritdoc/>
    public IObjectProtection Protection => _inner.Protection;

    /// <summary>The calls that changed something, in order; the first is number 1.</summary>
    public IReadOnlyList<PowerLossStep> Steps => _steps;

    /// <summary>Shows what was left when power went during a call.</summary>
    /// <param name="call">
    /// Number of the call under way, from 1; one more than there are: all were acknowledged.
    /// </param>
    /// <param name="seed">Chooses among what is possible.</param>
    public MemoryStoreSnapshot AfterPowerLoss(int call, int seed)
    {
        var steps = _steps;
        ArgumentOutOfRangeException.ThrowIfLessThan(call, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(call, steps.Count + 1);
        var random = new Random(seed);
        var disk = new Disk(_initial);
        foreach (var step in steps.Take(call - 1))
        {
            disk.Apply(step);
        }

        if (call <= steps.Count)
        {
            disk.ApplyPerhaps(steps[call - 1], random);
        }

        return disk.Left(random);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        _inner.ListAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        _inner.ListFoldersAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        _inner.ListUnfinishedAsync(folder, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken) =>
        _inner.GetLengthAsync(name, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    ) => _inner.ReadAsync(name, offset, destination, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    ) =>
        RecordAsync(
            new PowerLossStep(StoreCall.Put, name, content.ToArray(), 0),
            () => _inner.PutIfAbsentAsync(name, content, cancellationToken),
            put => put
        );

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken) =>
        await RecordAsync(
            new PowerLossStep(StoreCall.Create, name, default, 0),
            async () => new Writer(this, await _inner.CreateAsync(name, cancellationToken)),
            _ => true
        );

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken) =>
        await RecordAsync(
            new PowerLossStep(StoreCall.Reopen, name, default, length),
            async () =>
                await _inner.ReopenAsync(name, length, cancellationToken) is { } writer
                    ? new Writer(this, writer)
                    : null,
            writer => writer is not null
        );

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken) =>
        RecordAsync(
            new PowerLossStep(StoreCall.Delete, name, default, 0),
            () => _inner.DeleteAsync(name, cancellationToken),
            deleted => deleted
        );

    /// <inheritdoc/>
    public ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken) =>
        _inner.GetCapacityAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async ValueTask<T> RecordAsync<T>(PowerLossStep step, Func<ValueTask<T>> run, Func<T, bool> hasChanged)
    {
        await _turn.WaitAsync();
        try
        {
            var result = await run();
            if (hasChanged(result))
            {
                _steps = _steps.Add(step);
            }

            return result;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is durable, and of unfinished objects what may be.</summary>
    private sealed class Disk(MemoryStoreSnapshot initial)
    {
        private readonly Dictionary<string, ReadOnlyMemory<byte>> _objects = new(initial.Objects);
        private readonly Dictionary<string, Part> _parts = initial.Unfinished.ToDictionary(
            pair => pair.Key,
            pair => new Part([.. pair.Value.Content.Span], pair.Value.Content.Length, IsNameDurable: true)
        );

        public void Apply(PowerLossStep step)
        {
            switch (step.Call)
            {
                case StoreCall.Put:
                    _objects[step.Name] = step.Content;
                    break;
                case StoreCall.Create:
                    _parts[step.Name] = new Part([], 0, IsNameDurable: false);
                    break;
                case StoreCall.Reopen:
                    _parts[step.Name] = new Part(
                        [.. _parts[step.Name].Content.Take((int)step.Length)],
                        step.Length,
                        IsNameDurable: true
                    );
                    break;
                case StoreCall.Write or StoreCall.Flush when !_parts.ContainsKey(step.Name):
                    // Deleted under its writer: what he goes on writing has no name.
                    break;
                case StoreCall.Write:
                    _parts[step.Name].Content.AddRange(step.Content.Span);
                    break;
                case StoreCall.Flush:
                    var flushed = _parts[step.Name];
                    _parts[step.Name] = flushed with { Watermark = flushed.Content.Count, IsNameDurable = true };
                    break;
                case StoreCall.Complete:
                    _objects[step.Name] = _parts[step.Name].Content.ToArray();
                    _parts.Remove(step.Name);
                    break;
                case StoreCall.Delete:
                    _objects.Remove(step.Name);
                    _parts.Remove(step.Name);
                    break;
                default:
                    throw new InvalidOperationException($"{step.Call} changes nothing.");
            }
        }

        public void ApplyPerhaps(PowerLossStep step, Random random)
        {
            // A write under way may be there in part: that is what Left makes of all beyond the watermark.
            if (step.Call == StoreCall.Write || random.Next(2) == 1)
            {
                Apply(step);
            }
        }

        public MemoryStoreSnapshot Left(Random random)
        {
            var unfinished = MemoryStoreSnapshot.Empty.Unfinished.ToBuilder();
            foreach (var (name, part) in _parts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (part.IsNameDurable || random.Next(2) == 1)
                {
                    unfinished[name] = new UnfinishedObject(Torn(part, random), part.Watermark);
                }
            }

            return new MemoryStoreSnapshot(
                MemoryStoreSnapshot.Empty.Objects.AddRange(_objects),
                unfinished.ToImmutable()
            );
        }

        private static byte[] Torn(Part part, Random random)
        {
            var length = random.NextInt64(part.Watermark, part.Content.Count + 1L);
            var content = part.Content.Take((int)length).ToArray();
            var start = part.Watermark;
            while (start < length)
            {
                var end = Math.Min(length, (start / SectorSize * SectorSize) + SectorSize);
                if (random.Next(2) == 0)
                {
                    content.AsSpan((int)start, (int)(end - start)).Clear();
                }

                start = end;
            }

            return content;
        }
    }

    private sealed record Part(List<byte> Content, long Watermark, bool IsNameDurable);

    private sealed class Writer(PowerLossStore store, IObjectWriter inner) : IObjectWriter
    {
        public string Name => inner.Name;

        public long Length => inner.Length;

        public long Watermark => inner.Watermark;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            RunAsync(
                new PowerLossStep(StoreCall.Write, Name, content.ToArray(), 0),
                () => inner.WriteAsync(content, cancellationToken)
            );

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            inner.ReadAsync(offset, destination, cancellationToken);

        public ValueTask FlushAsync(CancellationToken cancellationToken) =>
            RunAsync(new PowerLossStep(StoreCall.Flush, Name, default, 0), () => inner.FlushAsync(cancellationToken));

        public ValueTask CompleteAsync(CancellationToken cancellationToken) =>
            RunAsync(
                new PowerLossStep(StoreCall.Complete, Name, default, 0),
                () => inner.CompleteAsync(cancellationToken)
            );

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        private async ValueTask RunAsync(PowerLossStep step, Func<ValueTask> run) =>
            await store.RecordAsync(
                step,
                async () =>
                {
                    await run();
                    return true;
                },
                _ => true
            );
    }
}
