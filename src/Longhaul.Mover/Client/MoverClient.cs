using System.Collections.Concurrent;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Client;

/// <summary>Opens repositories behind movers, and pairs with them.</summary>
/// <param name="root">Where this end's certificate and those of the movers are kept.</param>
/// <param name="options">How patient to be.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class MoverClient(MoverRoot root, MoverClientOptions options) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (MoverConnection Connection, MoverSession Session)> _connections =
        new();
    private static readonly TimeSpan s_firstTerm = TimeSpan.FromSeconds(15);

    private readonly Lock _connecting = new();
    private MoverIdentity? _identity;

    /// <summary>What this end is known by; made when it is first asked for.</summary>
    /// <exception cref="LonghaulException">mover.identity; store errors.</exception>
    public Fingerprint Fingerprint => Identity.Fingerprint;

    /// <summary>Opens a repository behind a mover that this end is paired with.</summary>
    /// <param name="url">The repository.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Good until this client is disposed.</returns>
    /// <exception cref="LonghaulException">mover errors; store.unreachable: it does not answer.</exception>
    public async Task<OpenedMover> OpenAsync(MoverUrl url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        var pinned =
            new KnownMovers(root).Find(url.Authority)
            ?? throw Errors.MoverNotPaired(url.ToString(), Identity.Fingerprint.ToString());
        var (connection, session) = Connect(url.Authority, pinned);
        var first = new MoverCalls(connection, url, Hasty);
        var request = new OpenRequest { Protocol = MoverProtocol.Version, Repository = url.Repository };
        var client = new Store.StoreClient(connection.Calls);
        var reply = await first
            .AskAsync(
                "",
                "to see this repository",
                token => client.OpenAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (reply.Protocol != MoverProtocol.Version || reply.BestSegmentSize <= 0)
        {
            throw Errors.MoverProtocol(
                url.ToString(),
                $"it speaks version {reply.Protocol}, this end {MoverProtocol.Version}"
            );
        }

        var calls = new MoverCalls(connection, url, options);
        return new OpenedMover(
            new MoverStore(calls, session, reply.BestSegmentSize),
            new MoverCare(calls),
            MoverPermissionWords.Read(reply.Allowed),
            reply.Capabilities.ToDictionary(each => Harmless(each.Key), each => Harmless(each.Value)),
            [.. reply.Remarks.Select(Harmless)]
        );
    }

    /// <summary>Measures the line to a mover that this end is paired with.</summary>
    /// <param name="url">A repository behind it.</param>
    /// <param name="streams">How many pieces at a time, in the order in which to try; none more than the options say.</param>
    /// <param name="each">How long each measurement goes on.</param>
    /// <param name="measuring">Hears what is being measured; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">mover errors; store.unreachable: it does not answer.</exception>
    public async Task<LineReport> MeasureAsync(
        MoverUrl url,
        IReadOnlyList<int> streams,
        TimeSpan each,
        Action<string>? measuring,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(streams.Max(), options.Streams, nameof(streams));
        _ = await OpenAsync(url, cancellationToken).ConfigureAwait(false);
        var (connection, _) = Connect(url.Authority, new KnownMovers(root).Find(url.Authority)!.Value);
        return await new LineProbe(new MoverCalls(connection, url, options), options.Clock)
            .RunAsync(streams, each, measuring, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Pairs with a mover: it pins this end's certificate, and this end its.</summary>
    /// <param name="url">A repository behind it.</param>
    /// <param name="token">What was carried from it.</param>
    /// <param name="name">What this end is to be called there: a host name.</param>
    /// <param name="cancellationToken">Cancels the call; the token may then be used up.</param>
    /// <exception cref="LonghaulException">mover.token, mover.other-certificate, mover.no-repository: the token is for another;
    /// store.unreachable.</exception>
    public async Task PairAsync(MoverUrl url, MoverToken token, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(token);
        var connection = new MoverConnection(url.Authority, Identity, token.Mover, options);
        await using var owned = connection.ConfigureAwait(false);
        var calls = new MoverCalls(connection, url, Hasty);
        var request = new RedeemRequest
        {
            Protocol = MoverProtocol.Version,
            Secret = ByteString.CopyFrom(token.Secret),
            Name = name,
        };
        var client = new Protocol.Messages.Pairing.PairingClient(connection.Calls);
        await calls
            .AskAsync(
                "",
                "to pair",
                own => client.RedeemAsync(request, cancellationToken: own).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        new KnownMovers(root).Pin(url.Authority, token.Mover, options.Clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (connection, session) in _connections.Values)
        {
            await session.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _connections.Clear();
        _identity?.Dispose();
    }

    /// <summary>Text of a mover's as it may stand on a terminal.</summary>
    private static string Harmless(string text) =>
        string.Concat(text.Where(letter => letter is >= ' ' and <= '~').Take(200));

    /// <summary>For calls by which somebody finds out whether a mover is there.</summary>
    private MoverClientOptions Hasty =>
        options with
        {
            RetryFor = options.OpenFor,
            CallTerm = TimeSpan.FromTicks(Math.Min(options.CallTerm.Ticks, s_firstTerm.Ticks)),
        };

    private MoverIdentity Identity
    {
        get
        {
            lock (_connecting)
            {
                return _identity ??= MoverIdentity.FindOrCreate(root, options.Clock);
            }
        }
    }

    private (MoverConnection Connection, MoverSession Session) Connect(string authority, Fingerprint pinned)
    {
        var identity = Identity;
        lock (_connecting)
        {
            // Under a lock: one that lost a race would go on attending.
            return _connections.GetOrAdd(
                $"{authority} {pinned}",
                _ =>
                {
                    var connection = new MoverConnection(authority, identity, pinned, options);
                    return (connection, new MoverSession(connection, options.Clock));
                }
            );
        }
    }
}

/// <summary>A repository behind a mover that answered.</summary>
/// <param name="Store">The repository.</param>
/// <param name="Care">Reads its backups where they lie.</param>
/// <param name="Allowed">What this end may do there.</param>
/// <param name="Capabilities">What the mover found of its file system, by name.</param>
/// <param name="Remarks">What a person who adds the repository should know.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record OpenedMover(
    IRepositoryStore Store,
    IFarSide Care,
    MoverPermissions Allowed,
    IReadOnlyDictionary<string, string> Capabilities,
    IReadOnlyList<string> Remarks
);
