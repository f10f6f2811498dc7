namespace Longhaul.Jobs.Runs;

/// <summary>Works on the machines of a run, a few at a time.</summary>
internal static class MachineTasks
{
    /// <summary>Works on all machines.</summary>
    /// <typeparam name="T">What names a machine.</typeparam>
    /// <param name="machines">The machines; begun in this order.</param>
    /// <param name="limit">How many may be under way at a time, at least 1.</param>
    /// <param name="work">Does one; says whether it was done, and throws only what concerns the whole run.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>Whether all were done.</returns>
    internal static async Task<bool> RunAsync<T>(
        IEnumerable<T> machines,
        int limit,
        Func<T, CancellationToken, Task<bool>> work,
        CancellationToken cancellationToken
    )
    {
        var failed = 0;
        await Parallel
            .ForEachAsync(
                machines,
                new ParallelOptions { MaxDegreeOfParallelism = limit, CancellationToken = cancellationToken },
                async (machine, token) =>
                {
                    if (!await work(machine, token).ConfigureAwait(false))
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            )
            .ConfigureAwait(false);
        return failed == 0;
    }
}
