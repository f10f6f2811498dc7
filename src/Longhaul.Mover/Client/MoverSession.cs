using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>Says to the mover that this process is there, for as long as it is.</summary>
/// <remarks>When the line breaks it says so again: the mover keeps what the process was writing meanwhile.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class MoverSession : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();
    private readonly MoverConnection _connection;
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource _noticed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _attending;

    /// <summary>Begins.</summary>
    /// <param name="connection">The way; stays the caller's.</param>
    /// <param name="clock">Waits between tries.</param>
    internal MoverSession(MoverConnection connection, TimeProvider clock)
    {
        _connection = connection;
        _clock = clock;
        _attending = AttendAsync();
    }

    /// <summary>What this process is called.</summary>
    internal ByteString Id { get; } = ByteString.CopyFrom(Guid.NewGuid().ToByteArray());

    /// <summary>Writers that were let go without the mover's hearing it.</summary>
    internal ConcurrentQueue<WriterRequest> Unheard { get; } = new();

    /// <summary>Waits until the mover has noticed this process, or does not answer.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task NoticedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _noticed.Task.WaitAsync(s_patience, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The call that this was waited for is made all the same, and says what is wrong.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _attending.ConfigureAwait(false);
        _over.Dispose();
    }

    private async Task AttendAsync()
    {
        await Task.Yield();
        var store = new Store.StoreClient(_connection.Calls);
        while (!_over.IsCancellationRequested)
        {
            try
            {
                using var call = store.Attend(new AttendRequest { Session = Id }, cancellationToken: _over.Token);
                await call.ResponseHeadersAsync.ConfigureAwait(false);
                _noticed.TrySetResult();
                while (await call.ResponseStream.MoveNext(_over.Token).ConfigureAwait(false))
                {
                    // Nothing is said on it yet.
                }
            }
            catch (Exception error) when (error is RpcException or OperationCanceledException)
            {
                // Whoever asks something meets it too, and says it: he need not wait for this.
                _noticed.TrySetResult();
            }

            try
            {
                await Task.Delay(s_pause, _clock, _over.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
