using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>The way to one mover: mutual TLS 1.3 with the certificate that was pinned, and nothing else.</summary>
/// <remarks>Control goes over one connection (gRPC), bulk data over several (HTTP/1.1), so that a large body never stands before
/// a small question.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class MoverConnection : IAsyncDisposable
{
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;

    private static readonly TimeSpan s_deadAfter = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_connectTerm = TimeSpan.FromSeconds(15);

    private readonly SocketsHttpHandler _handler;
    private readonly GrpcChannel _channel;
    private readonly MoverIdentity _identity;
    private readonly Fingerprint _pinned;
    private readonly TimeProvider _clock;
    private LonghaulException? _refusal;

    /// <summary>Makes the way; nothing is sent yet.</summary>
    /// <param name="authority">Host and port.</param>
    /// <param name="identity">What this end is known by; stays the caller's.</param>
    /// <param name="pinned">The certificate that the mover must show.</param>
    /// <param name="options">How patient to be.</param>
    internal MoverConnection(string authority, MoverIdentity identity, Fingerprint pinned, MoverClientOptions options)
    {
        Authority = authority;
        _identity = identity;
        _pinned = pinned;
        _clock = options.Clock;
        _handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = options.Streams,
            EnableMultipleHttp2Connections = false,
            ConnectTimeout = s_connectTerm,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            // A dead line is noticed while nothing is asked, too.
            KeepAlivePingDelay = TimeSpan.FromSeconds(15),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(20),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [identity.Certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => identity.Certificate,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => IsPinned(certificate),
            },
        };
        Http = new HttpClient(_handler, disposeHandler: false)
        {
            BaseAddress = new Uri($"https://{authority}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _channel = GrpcChannel.ForAddress(
            $"https://{authority}",
            new GrpcChannelOptions
            {
                HttpHandler = _handler,
                DisposeHttpClient = false,
                MaxSendMessageSize = MoverProtocol.MaxPutSize + (64 << 10),
                // What a scrub found of a backup that is broken throughout is the longest.
                MaxReceiveMessageSize = MoverProtocol.MaxPutSize,
                // A small message must not unfold to a large one.
                CompressionProviders = [],
                MaxRetryAttempts = 1,
            }
        );
    }

    /// <summary>Host and port.</summary>
    internal string Authority { get; }

    /// <summary>This end's fingerprint.</summary>
    internal Fingerprint Own => _identity.Fingerprint;

    /// <summary>Bulk data.</summary>
    internal HttpClient Http { get; }

    /// <summary>Control.</summary>
    internal CallInvoker Calls => _channel.CreateCallInvoker();

    /// <summary>Makes what a call threw into what the rest of the program knows.</summary>
    /// <param name="error">What it threw.</param>
    /// <param name="mover">The URL, for people.</param>
    /// <param name="name">What it was about.</param>
    /// <param name="what">What was tried, a clause.</param>
    /// <returns>Null when it was the line.</returns>
    internal Exception? Translate(Exception error, string mover, string name, string what)
    {
        if (Volatile.Read(ref _refusal) is { } refusal && error is RpcException or HttpRequestException)
        {
            return Volatile.Read(ref _refusal) ?? refusal;
        }

        return error is RpcException rpc && FailureOf(rpc) is { } failure
            ? MoverFailures.Translate(failure, mover, name, what, Own.ToString())
            : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Http.Dispose();
        _channel.Dispose();
        _handler.Dispose();
        return ValueTask.CompletedTask;
    }

    private static Failure? FailureOf(RpcException error)
    {
        var entry = error.Trailers.Get(MoverProtocol.FailureTrailer);
        try
        {
            return entry is { IsBinary: true } ? Failure.Parser.ParseFrom(entry.ValueBytes) : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return new Failure { Code = Failure.Types.Code.Unknown };
        }
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Half-open connections end within a minute and a half.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 6);
            // Of what is sent nothing is acknowledged for so long: the line is dead. Keep-alive does not see that (tcp(7)).
            socket.SetRawSocketOption(
                TcpLevel,
                TcpUserTimeout,
                BitConverter.GetBytes((int)s_deadAfter.TotalMilliseconds)
            );
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsPinned(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        var shown = Fingerprint.Of(certificate);
        using var details = new X509Certificate2(certificate);
        var now = _clock.GetUtcNow();
        var reason =
            shown != _pinned ? "it shows another certificate than was pinned"
            : now > details.NotAfter.ToUniversalTime() ? "its certificate is over its time"
            : now < details.NotBefore.ToUniversalTime() ? "its certificate is not valid yet"
            : null;
        Volatile.Write(
            ref _refusal,
            reason is null
                ? null
                : Errors.MoverOtherCertificate(Authority, _pinned.ToString(), shown.ToString(), reason)
        );
        return reason is null;
    }
}
