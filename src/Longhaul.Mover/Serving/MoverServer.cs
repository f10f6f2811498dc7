using System.Security.Authentication;
using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Longhaul.Mover.Serving;

/// <summary>The mover's process at a repository: the store interface for paired peers, over mutual TLS 1.3 and nothing else.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class MoverServer : IAsyncDisposable
{
    /// <summary>A request that hangs ends: a byte a second over a minute is less than any line carries.</summary>
    private static readonly MinDataRate s_slowest = new(bytesPerSecond: 1, gracePeriod: TimeSpan.FromSeconds(60));

    /// <summary>What a message holds beside its content, at most, in bytes.</summary>
    private const int Around = 64 << 10;

    private const int MostConnections = 128;

    private readonly WebApplication _application;
    private readonly MoverIdentity _identity;
    private readonly OpenWriters _writers;

    private MoverServer(WebApplication application, MoverIdentity identity, OpenWriters writers, ListenAddress address)
    {
        Address = address;
        _application = application;
        _identity = identity;
        _writers = writers;
    }

    /// <summary>The certificate's fingerprint, for people to compare.</summary>
    public Fingerprint Fingerprint => _identity.Fingerprint;

    /// <summary>Where it listens, with the port that it took.</summary>
    public ListenAddress Address { get; private set; }

    /// <summary>The port of <see cref="Address"/>.</summary>
    public int Port => Address.Endpoint.Port;

    /// <summary>Begins to serve.</summary>
    /// <param name="options">What, and where.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The server; the caller disposes it.</returns>
    /// <exception cref="LonghaulException">mover.listen, mover.identity; store errors of the root.</exception>
    public static async Task<MoverServer> StartAsync(MoverServerOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var identity = MoverIdentity.FindOrCreate(options.Root, options.Clock);
        var writers = new OpenWriters(options);
        var caller = new Caller(new PeerBook(options.Root), options.Repositories, options.Clock);
        var application = Build(options, identity, writers, caller);
        StrangerGate.AddTo(application, caller);
        new BulkEndpoints(caller, writers).MapTo(application);
        new ProbeEndpoints(caller).MapTo(application);
        application.MapGrpcService<StoreService>();
        application.MapGrpcService<WritingService>();
        application.MapGrpcService<ProtectionService>();
        application.MapGrpcService<CareService>();
        application.MapGrpcService<PairingService>();
        var server = new MoverServer(application, identity, writers, options.Listen);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException cause)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw Errors.MoverListen(options.Listen.ToString(), cause);
        }

        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        server.Address = options.Listen.At(new Uri(addresses!.Addresses.First()).Port);
        return server;
    }

    /// <summary>Stops taking calls, and ends those under way.</summary>
    /// <param name="cancellationToken">Ends the wait for calls under way.</param>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync().ConfigureAwait(false);
        await _writers.DisposeAsync().ConfigureAwait(false);
        _identity.Dispose();
    }

    private static WebApplication Build(
        MoverServerOptions options,
        MoverIdentity identity,
        OpenWriters writers,
        Caller caller
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, identity));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(caller);
        builder.Services.AddSingleton(writers);
        builder.Services.AddSingleton(options.Clock);
        builder.Services.AddSingleton(new AppendGuard(options.Clock));
        builder.Services.AddSingleton(new InvitationBook(options.Root, options.Clock));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<FailureInterceptor>();
            grpc.MaxReceiveMessageSize = MoverProtocol.MaxPutSize + Around;
            // A small message must not unfold to a large one.
            grpc.CompressionProviders.Clear();
        });
        builder.Logging.ClearProviders();
        // The calls that peers keep open do not end by themselves.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.FromSeconds(1)
        );
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, MoverServerOptions options, MoverIdentity identity)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MoverProtocol.MaxPutSize + Around;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MinRequestBodyDataRate = s_slowest;
        kestrel.Limits.MinResponseDataRate = s_slowest;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 8 << 20;
        kestrel.Limits.Http2.InitialStreamWindowSize = 4 << 20;
        // A peer whose line is dead is gone, and what it wrote may be taken over.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Listen(
            options.Listen.Endpoint,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(
                    new HttpsConnectionAdapterOptions
                    {
                        ServerCertificate = identity.Certificate,
                        ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                        ClientCertificateValidation = (certificate, _, _) => Caller.AcceptAny(certificate),
                        SslProtocols = SslProtocols.Tls13,
                    }
                );
            }
        );
    }
}
