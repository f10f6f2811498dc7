using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Longhaul.Testing.Lines;

/// <summary>A line between a client and a server: a relay on the loopback that is slow, breaks off, stalls and garbles.</summary>
/// <remarks>Each direction delays what it carries by half the round trip, with as much under way as comes: the line is long, not
/// narrow. A rate is shared by all connections of one direction, as on a real line.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class LineProxy : IAsyncDisposable
{
    private const int ReadSize = 64 << 10;

    /// <summary>Reads under way in one direction of one connection: some 64 MiB.</summary>
    private const int MostUnderWay = 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Guid, (TcpClient Near, TcpClient Far)> _connections = new();
    private readonly CancellationTokenSource _over = new();
    private readonly int _serverPort;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private readonly DateTimeOffset[] _freeAt = new DateTimeOffset[2];
    private long _bytesUp;
    private long _bytesDown;
    private TaskCompletionSource? _stall;
    private long _breakAfter = long.MaxValue;
    private long _garbleAt = -1;

    /// <summary>Begins to relay.</summary>
    /// <param name="serverPort">The server's port on the loopback.</param>
    public LineProxy(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long a byte and its answer take together.</summary>
    public TimeSpan RoundTrip { get; set; }

    /// <summary>Bytes a second in each direction; null: as many as come.</summary>
    public long? BytesPerSecond { get; set; }

    /// <summary>Bytes that clients sent.</summary>
    public long BytesUp => Interlocked.Read(ref _bytesUp);

    /// <summary>Bytes that the server sent.</summary>
    public long BytesDown => Interlocked.Read(ref _bytesDown);

    /// <summary>Connections that were made so far.</summary>
    public int Connections { get; private set; }

    /// <summary>Breaks every connection off once clients have sent so many bytes more; then the line is whole again.</summary>
    /// <param name="bytes">0 or more.</param>
    public void BreakAfter(long bytes) => Interlocked.Exchange(ref _breakAfter, BytesUp + bytes);

    /// <summary>Flips a bit of the byte that clients send after so many more.</summary>
    /// <param name="bytes">0 or more.</param>
    public void GarbleAfter(long bytes) => Interlocked.Exchange(ref _garbleAt, BytesUp + bytes);

    /// <summary>Breaks every connection off now, without a farewell.</summary>
    public void Break()
    {
        foreach (var (id, (near, far)) in _connections)
        {
            if (_connections.TryRemove(id, out _))
            {
                Reset(near);
                Reset(far);
            }
        }
    }

    /// <summary>Carries nothing until <see cref="Resume"/>, and closes nothing: half-open, as when a router dies.</summary>
    public void Stall() =>
        Interlocked.CompareExchange(ref _stall, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    /// <summary>Ends a stall.</summary>
    public void Resume() => Interlocked.Exchange(ref _stall, null)?.SetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Stop();
        Resume();
        Break();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _over.Dispose();
    }

    private static void Reset(TcpClient client)
    {
        try
        {
            // With no lingering a close is a reset. A connection that has ended by itself has no socket any more.
            client.Client?.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        client.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var near = await _listener.AcceptTcpClientAsync(_over.Token);
            _ = RelayAsync(near);
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        var id = Guid.NewGuid();
        var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _serverPort, _over.Token);
            _connections[id] = (near, far);
            Connections++;
            await Task.WhenAny(
                CarryAsync(near.GetStream(), far.GetStream(), up: true),
                CarryAsync(far.GetStream(), near.GetStream(), up: false)
            );
            // One way has ended: what is under way on the other still arrives.
            await Task.Delay(RoundTrip + TimeSpan.FromMilliseconds(20), TimeProvider.System, _over.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // A connection that breaks off is what this is for.
        }
        finally
        {
            _connections.TryRemove(id, out _);
            near.Dispose();
            far.Dispose();
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, bool up)
    {
        var underWay = Channel.CreateBounded<(byte[] Bytes, DateTimeOffset DueAt)>(MostUnderWay);
        var delivering = DeliverAsync(underWay.Reader, to);
        try
        {
            while (true)
            {
                var buffer = new byte[ReadSize];
                var count = await from.ReadAsync(buffer, _over.Token);
                if (count == 0)
                {
                    break;
                }

                var bytes = buffer[..count];
                Count(bytes, up);
                await underWay.Writer.WriteAsync((bytes, DueAt(count, up)), _over.Token);
            }
        }
        finally
        {
            underWay.Writer.TryComplete();
            await delivering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DeliverAsync(ChannelReader<(byte[] Bytes, DateTimeOffset DueAt)> underWay, NetworkStream to)
    {
        await foreach (var (bytes, dueAt) in underWay.ReadAllAsync(_over.Token))
        {
            var wait = dueAt - TimeProvider.System.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, TimeProvider.System, _over.Token);
            }

            if (Volatile.Read(ref _stall) is { } stall)
            {
                await stall.Task.WaitAsync(_over.Token);
            }

            await to.WriteAsync(bytes, _over.Token);
        }
    }

    private void Count(byte[] bytes, bool up)
    {
        if (!up)
        {
            Interlocked.Add(ref _bytesDown, bytes.Length);
            return;
        }

        var before = Interlocked.Add(ref _bytesUp, bytes.Length) - bytes.Length;
        var at = Interlocked.Read(ref _garbleAt) - before;
        if (at >= 0 && at < bytes.Length)
        {
            Interlocked.Exchange(ref _garbleAt, -1);
            bytes[at] ^= 1;
        }

        if (before + bytes.Length > Interlocked.Read(ref _breakAfter))
        {
            Interlocked.Exchange(ref _breakAfter, long.MaxValue);
            Break();
        }
    }

    private DateTimeOffset DueAt(int count, bool up)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (BytesPerSecond is not { } rate)
        {
            return now + (RoundTrip / 2);
        }

        lock (_gate)
        {
            ref var freeAt = ref _freeAt[up ? 0 : 1];
            freeAt = (freeAt > now ? freeAt : now) + TimeSpan.FromSeconds((double)count / rate);
            return freeAt + (RoundTrip / 2);
        }
    }
}
