using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>Measures a line by what a run does with it: pieces to the mover and ranges from it, which nobody keeps.</summary>
/// <param name="calls">Makes the calls.</param>
/// <param name="clock">Measures.</param>
/// <threadsafety>One measurement at a time: two would measure each other.</threadsafety>
internal sealed class LineProbe(MoverCalls calls, TimeProvider clock)
{
    private const int Questions = 9;
    private const int ShortestPiece = 64 << 10;

    /// <summary>A piece that takes longer says enough: on a slow line the next one is no longer.</summary>
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures.</summary>
    /// <param name="streams">How many pieces at a time, in the order in which to try.</param>
    /// <param name="each">How long each measurement goes on.</param>
    /// <param name="measured">Hears of each as it is done; null for nobody.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="LonghaulException">mover errors; store.unreachable.</exception>
    internal async Task<LineReport> RunAsync(
        IReadOnlyList<int> streams,
        TimeSpan each,
        Action<string>? measured,
        CancellationToken cancellationToken
    )
    {
        var roundTrip = await RoundTripAsync(cancellationToken).ConfigureAwait(false);
        var content = RandomNumberGenerator.GetBytes(Protocol.MoverProtocol.MaxPieceSize);
        var buffers = new byte[streams.Max()][];
        var sending = new List<LineReport.Rate>();
        var receiving = new List<LineReport.Rate>();
        foreach (var count in streams)
        {
            measured?.Invoke($"sending with {count}");
            var rate = await RateAsync(
                    count,
                    each,
                    (_, length) => calls.SendProbeAsync(content.AsMemory(0, length), cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            sending.Add(new LineReport.Rate(count, rate));
        }

        foreach (var count in streams)
        {
            measured?.Invoke($"receiving with {count}");
            var rate = await RateAsync(
                    count,
                    each,
                    (stream, length) =>
                        calls.ReceiveProbeAsync(
                            (buffers[stream] ??= new byte[content.Length]).AsMemory(0, length),
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            receiving.Add(new LineReport.Rate(count, rate));
        }

        return new LineReport(roundTrip, sending, receiving);
    }

    private async Task<TimeSpan> RoundTripAsync(CancellationToken cancellationToken)
    {
        var client = new Store.StoreClient(calls.Invoker);
        var request = new OpenRequest { Protocol = Protocol.MoverProtocol.Version, Repository = calls.Repository };
        var times = new List<TimeSpan>();
        for (var i = 0; i < Questions; i++)
        {
            var began = clock.GetTimestamp();
            _ = await calls
                .AskAsync(
                    "",
                    "to see this repository",
                    token => client.OpenAsync(request, cancellationToken: token).ResponseAsync,
                    cancellationToken
                )
                .ConfigureAwait(false);
            times.Add(clock.GetElapsedTime(began));
        }

        times.Sort();
        return times[times.Count / 2];
    }

    /// <summary>Bytes a second that so many streams carry, until the last piece that was begun in time has arrived.</summary>
    private async Task<long> RateAsync(
        int streams,
        TimeSpan each,
        Func<int, int, ValueTask> carry,
        CancellationToken cancellationToken
    )
    {
        var began = clock.GetTimestamp();
        var carried = 0L;
        await Task.WhenAll(Enumerable.Range(0, streams).Select(StreamAsync)).ConfigureAwait(false);
        return (long)(carried / clock.GetElapsedTime(began).TotalSeconds);

        async Task StreamAsync(int stream)
        {
            var length = ShortestPiece;
            while (clock.GetElapsedTime(began) < each)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pieceBegan = clock.GetTimestamp();
                await carry(stream, length).ConfigureAwait(false);
                Interlocked.Add(ref carried, length);
                if (clock.GetElapsedTime(pieceBegan) < s_longEnough)
                {
                    length = Math.Min(length * 2, Protocol.MoverProtocol.MaxPieceSize);
                }
            }
        }
    }
}
