using System.Threading.Channels;

namespace Longhaul.Engine.Pipelines;

/// <summary>Reads items one after another, works on several at a time, and hands on the results in the order read.</summary>
/// <remarks>
/// <para>Three stages with a bounded channel between them: the first fault or cancellation ends all three, and every
/// result that was made is either handed on or disposed. Memory: <paramref name="window"/> items and results, and one more
/// that waits for room.</para>
/// </remarks>
/// <typeparam name="TItem">What is read.</typeparam>
/// <typeparam name="TResult">What the work makes of it; owned by the pipeline until it is handed on.</typeparam>
/// <param name="window">Items under way at a time, at least 1, beside the one that waits for room.</param>
/// <param name="load">Counts how long each stage was busy.</param>
/// <threadsafety>One run at a time.</threadsafety>
internal sealed class OrderedPipeline<TItem, TResult>(int window, StageLoad load)
    where TResult : IDisposable
{
    /// <summary>Runs until the source ends.</summary>
    /// <param name="source">The items; enumerated by one reader.</param>
    /// <param name="work">Runs on the thread pool, up to <c>window</c> at a time.</param>
    /// <param name="sink">Gets each result once, in order, one at a time; owns it from then on.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    internal async Task RunAsync(
        IAsyncEnumerable<TItem> source,
        Func<TItem, CancellationToken, ValueTask<TResult>> work,
        Func<TResult, CancellationToken, ValueTask> sink,
        CancellationToken cancellationToken
    )
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<Task<TResult>>(
            new BoundedChannelOptions(Math.Max(1, window - 1)) { SingleReader = true, SingleWriter = true }
        );
        var reading = ReadAsync(source, work, channel.Writer, stop.Token);
        try
        {
            await foreach (var task in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var result = await task.ConfigureAwait(false);
                using (load.Writing())
                {
                    await sink(result, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await DrainAsync(channel.Reader, reading).ConfigureAwait(false);
        }

        await reading.ConfigureAwait(false);
    }

    private async Task ReadAsync(
        IAsyncEnumerable<TItem> source,
        Func<TItem, CancellationToken, ValueTask<TResult>> work,
        ChannelWriter<Task<TResult>> output,
        CancellationToken cancellationToken
    )
    {
        Exception? fault = null;
        try
        {
            var items = source.GetAsyncEnumerator(cancellationToken);
            await using var owned = items.ConfigureAwait(false);
            while (await NextAsync(items).ConfigureAwait(false))
            {
                var item = items.Current;
                var task = Task.Run(
                    async () =>
                    {
                        using (load.Working())
                        {
                            return await work(item, cancellationToken).ConfigureAwait(false);
                        }
                    },
                    CancellationToken.None
                );
                try
                {
                    await output.WriteAsync(task, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    await DisposeAsync(task).ConfigureAwait(false);
                    throw;
                }
            }
        }
        catch (Exception error)
        {
            fault = error;
            throw;
        }
        finally
        {
            output.Complete(fault);
        }
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<TItem> items)
    {
        using (load.Reading())
        {
            return await items.MoveNextAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the reader, then disposes what nobody will take.</summary>
    private static async Task DrainAsync(ChannelReader<Task<TResult>> channel, Task reading)
    {
        // The reader may be waiting for room in the channel: take out what is there until it has ended.
        while (!reading.IsCompleted || channel.TryPeek(out _))
        {
            while (channel.TryRead(out var task))
            {
                await DisposeAsync(task).ConfigureAwait(false);
            }

            await Task.WhenAny(reading, channel.WaitToReadAsync(CancellationToken.None).AsTask()).ConfigureAwait(false);
        }
    }

    private static async Task DisposeAsync(Task<TResult> task)
    {
        // The fault that ended the run is already on its way to the caller; this one says nothing more.
        await task.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        if (task.IsCompletedSuccessfully)
        {
            (await task.ConfigureAwait(false)).Dispose();
        }
    }
}
