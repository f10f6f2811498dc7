using Grpc.Core;
using Longhaul.Core;
using Polly;
using Polly.Retry;

namespace Longhaul.Mover.Client;

/// <summary>Tries a call again while the line is down, ever more slowly, until its time is over.</summary>
/// <remarks>A call is one that may be made twice: the mover has done nothing of it, or says that it has.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class LinePatience
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(15);

    private static readonly ResiliencePropertyKey<long> s_firstFailure = new("longhaul.first-failure");

    private readonly string _mover;
    private readonly MoverClientOptions _options;
    private readonly TimeSpan _retryFor;
    private readonly ResiliencePipeline _pipeline;

    /// <summary>Is as patient as the options say.</summary>
    /// <param name="mover">The mover, for its error.</param>
    /// <param name="options">By which clock.</param>
    /// <param name="retryFor">How long after its first failure a call is made again.</param>
    internal LinePatience(string mover, MoverClientOptions options, TimeSpan retryFor)
    {
        _mover = mover;
        _options = options;
        _retryFor = retryFor;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.Clock }
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = attempt =>
                        new(
                            attempt.Outcome.Exception is not null
                                && IsOfTheLine(attempt.Outcome.Exception)
                                && IsInTime(attempt.Context)
                        ),
                    MaxRetryAttempts = int.MaxValue,
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    Delay = s_firstPause,
                    MaxDelay = s_longestPause,
                }
            )
            .Build();
    }

    /// <summary>Makes a call.</summary>
    /// <typeparam name="T">Its answer.</typeparam>
    /// <param name="term">How long one try may take.</param>
    /// <param name="call">The call; its token ends one try.</param>
    /// <param name="cancellationToken">Cancels all tries.</param>
    /// <exception cref="LonghaulException">store.unreachable: no answer came in time.</exception>
    internal async ValueTask<T> RunAsync<T>(
        TimeSpan term,
        Func<CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken
    )
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        try
        {
            return await _pipeline
                .ExecuteAsync(attempt => TryAsync(term, call, attempt.CancellationToken), context)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (IsOfTheLine(error))
        {
            throw Errors.StoreUnreachable(_mover, error);
        }
        catch (RpcException error) when (IsCancelled(error))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Errors.StoreUnreachable(_mover, error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async ValueTask<T> TryAsync<T>(
        TimeSpan term,
        Func<CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var own = new CancellationTokenSource(term, _options.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(own.Token, cancellationToken);
        try
        {
            return await call(both.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (IsCancelled(error) && !cancellationToken.IsCancellationRequested)
        {
            // Its term is over, or a connection was not made in time, or the mover is being stopped.
            throw new TimeoutException($"no answer: {error.Message}", error);
        }
    }

    private bool IsInTime(ResilienceContext context)
    {
        if (!context.Properties.TryGetValue(s_firstFailure, out var first))
        {
            context.Properties.Set(s_firstFailure, _options.Clock.GetTimestamp());
            return true;
        }

        return _options.Clock.GetElapsedTime(first) < _retryFor;
    }

    private static bool IsCancelled(Exception error) =>
        error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled };

    /// <summary>Whether it was the line, or the mover's process, that failed, and not the call.</summary>
    private static bool IsOfTheLine(Exception error) =>
        error is HttpRequestException or TimeoutException or BrokenLineException
        || (
            error is RpcException
            {
                StatusCode: StatusCode.Unavailable
                    or StatusCode.Internal
                    or StatusCode.DeadlineExceeded
                    or StatusCode.Unknown
            }
        );
}
