using System.Collections.Concurrent;
using Longhaul.Catalog.Repositories;
using Longhaul.Core;
using Longhaul.Jobs.Repositories;
using Longhaul.Mover.Client;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;

namespace Longhaul.Cli.Hosting;

/// <summary>Opens repositories where they lie: in a directory, or behind a mover.</summary>
/// <param name="moverFolder">Where this installation keeps its side of pairings.</param>
/// <param name="clock">The clock.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class RepositoryOpener(string moverFolder, TimeProvider clock) : IRepositoryOpener, IAsyncDisposable
{
    private readonly DirectoryOpener _directories = new();
    private readonly ConcurrentDictionary<string, OpenedMover> _opened = new(StringComparer.Ordinal);
    private readonly Lock _making = new();
    private MoverClient? _movers;

    /// <summary>Talks to movers.</summary>
    public MoverClient Movers
    {
        get
        {
            lock (_making)
            {
                return _movers ??= new MoverClient(
                    new MoverRoot(moverFolder),
                    new MoverClientOptions { Clock = clock }
                );
            }
        }
    }

    /// <summary>Reads the URL of a repository behind a mover.</summary>
    /// <param name="location">Where a repository lies.</param>
    /// <returns>Null for a path.</returns>
    /// <exception cref="LonghaulException">usage.invalid: a URL, and none of a mover.</exception>
    public static MoverUrl? FindUrl(string location)
    {
        if (!location.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        return MoverUrl.TryParse(location, out var url)
            ? url
            : throw Errors.UsageInvalid(
                $"{location} is no URL of a repository behind a mover",
                "Write mover://HOST:PORT/NAME, with the name that 'longhaul mover serve --repository NAME=DIR' gives it."
            );
    }

    /// <inheritdoc/>
    public async ValueTask<RepositoryStore> OpenAsync(RepositoryEntry entry, CancellationToken cancellationToken)
    {
        if (FindUrl(entry.Location) is not { } url)
        {
            return await _directories.OpenAsync(entry, cancellationToken);
        }

        if (!_opened.TryGetValue(entry.Location, out var opened))
        {
            opened = _opened.GetOrAdd(entry.Location, await Movers.OpenAsync(url, cancellationToken));
        }

        return new RepositoryStore(opened.Store, opened.Care, !opened.Allowed.HasFlag(MoverPermissions.Delete));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_movers is not null)
        {
            await _movers.DisposeAsync();
        }
    }
}
