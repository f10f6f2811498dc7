using Longhaul.Mover.Client;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Serving;
using Longhaul.Storage.Stores;
using Longhaul.Testing;

namespace Longhaul.Mover.Tests;

/// <summary>A mover with one repository, and an end that is paired with it, over a real connection on the loopback.</summary>
internal sealed class MoverSite : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<MoverClient> _clients = [];

    /// <summary>The name of the repository.</summary>
    public const string Repository = "main";

    /// <summary>The mover's root.</summary>
    public MoverRoot Root => new(Path.Combine(_folder.Path, "root"));

    /// <summary>The directory behind the repository.</summary>
    public string Directory => Path.Combine(_folder.Path, "repository");

    /// <summary>The clock of both ends.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Which start of the mover's host it is.</summary>
    public string Boot { get; set; } = "first";

    /// <summary>The store behind the mover; a directory unless a test says otherwise.</summary>
    public IRepositoryStore? Store { get; init; }

    /// <summary>The mover.</summary>
    public MoverServer Server { get; private set; } = null!;

    /// <summary>The repository's URL.</summary>
    public MoverUrl Url => UrlOf(Server.Port);

    /// <summary>A URL at some port, such as a proxy's.</summary>
    public static MoverUrl UrlOf(int port)
    {
        if (!MoverUrl.TryParse($"mover://127.0.0.1:{port}/{Repository}", out var url))
        {
            throw new ArgumentOutOfRangeException(nameof(port));
        }

        return url;
    }

    /// <summary>Starts the mover.</summary>
    public static async Task<MoverSite> StartAsync(
        CancellationToken cancellationToken,
        TimeProvider? clock = null,
        IRepositoryStore? store = null
    )
    {
        var site = new MoverSite { Clock = clock ?? TimeProvider.System, Store = store };
        System.IO.Directory.CreateDirectory(site.Directory);
        await site.ServeAsync(0, cancellationToken);
        return site;
    }

    /// <summary>Ends the mover's process, as far as others can see, and starts another at its port.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var port = Server.Port;
        await Server.DisposeAsync();
        await ServeAsync(port, cancellationToken);
    }

    /// <summary>Pairs a fresh end and opens the repository.</summary>
    public async Task<OpenedMover> OpenAsync(
        CancellationToken cancellationToken,
        MoverPermissions allowed = MoverPermissions.Read | MoverPermissions.Append | MoverPermissions.Delete,
        MoverUrl? through = null
    )
    {
        var client = NewClient($"end{_clients.Count}");
        var url = through ?? Url;
        await client.PairAsync(url, Invite(allowed), "test", cancellationToken);
        return await client.OpenAsync(url, cancellationToken);
    }

    /// <summary>Invites a peer.</summary>
    public MoverToken Invite(MoverPermissions allowed, string? repository = null) =>
        new InvitationBook(Root, Clock).Invite(Server.Fingerprint, repository, allowed).Token;

    /// <summary>An end with a root of its own; the same name means the same end.</summary>
    public MoverClient NewClient(string name, Func<MoverClientOptions, MoverClientOptions>? change = null)
    {
        var options = new MoverClientOptions
        {
            Clock = Clock,
            RetryFor = TimeSpan.FromSeconds(30),
            OpenFor = TimeSpan.FromSeconds(2),
        };
        var client = new MoverClient(
            new MoverRoot(Path.Combine(_folder.Path, name)),
            change?.Invoke(options) ?? options
        );
        _clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            await client.DisposeAsync();
        }

        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ServeAsync(int port, CancellationToken cancellationToken) =>
        Server = await MoverServer.StartAsync(
            new MoverServerOptions
            {
                Root = Root,
                Listen = ListenAddress.Parse($"127.0.0.1:{port}"),
                Clock = Clock,
                BootId = Boot,
                Repositories =
                [
                    new ServedRepository(
                        Repository,
                        Store ?? new DirectoryStore(Directory),
                        new Dictionary<string, string> { ["placement"] = "rename" },
                        []
                    ),
                ],
            },
            cancellationToken
        );
}
