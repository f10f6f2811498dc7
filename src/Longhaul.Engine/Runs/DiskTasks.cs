namespace Longhaul.Engine.Runs;

/// <summary>What a run works on at a time: disks of one machine or of several, up to a limit.</summary>
/// <remarks>A machine comes with a place for its first disk, so that none is begun, and frozen by the command before it, only to
/// wait for its turn. Its other disks take places as they fall free.</remarks>
/// <param name="limit">How many disks are worked on at a time, at least 1.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class DiskTasks(int limit) : IDisposable
{
    private readonly SemaphoreSlim _free = new(limit, limit);

    /// <summary>Waits for a free place.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The place; the caller disposes it.</returns>
    internal async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Place(_free);
    }

    /// <summary>Works on the disks of a machine; the first fault ends the others.</summary>
    /// <typeparam name="T">What names a disk.</typeparam>
    /// <param name="first">The machine's place: free again when its first disk is done.</param>
    /// <param name="disks">The disks; begun in this order.</param>
    /// <param name="work">Does one.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal Task RunAsync<T>(
        Place first,
        IEnumerable<T> disks,
        Func<T, CancellationToken, Task> work,
        CancellationToken cancellationToken
    ) =>
        Parallel.ForEachAsync(
            disks,
            new ParallelOptions { MaxDegreeOfParallelism = limit, CancellationToken = cancellationToken },
            async (disk, token) =>
            {
                using var place = first.TryTake() ? first : await EnterAsync(token).ConfigureAwait(false);
                await work(disk, token).ConfigureAwait(false);
            }
        );

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    /// <summary>The right to work on one disk.</summary>
    internal sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private int _taken;
        private int _left;

        /// <summary>Takes the place for a disk; only the first who asks gets it.</summary>
        internal bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

        /// <inheritdoc/>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                free.Release();
            }
        }
    }
}
