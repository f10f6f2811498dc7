using System.Collections.Concurrent;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>The objects that are being written, and which of their peers' processes are there.</summary>
/// <remarks>A process says that it is there by a call that it keeps open. When that breaks off, its writers wait for it to come
/// back, and meanwhile another may take what they write over: a process that was killed must not keep its next run from
/// going on.</remarks>
/// <param name="options">How long writers wait.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class OpenWriters(MoverServerOptions options) : IAsyncDisposable
{
    /// <summary>Most objects that one peer has under way at a time.</summary>
    internal const int MaxPerPeer = 256;

    /// <summary>How long after it was revoked a peer still counts as there, at most.</summary>
    private static readonly TimeSpan s_peerTerm = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Guid, OpenWriter> _writers = new();
    private readonly ConcurrentDictionary<(Fingerprint Peer, Guid Session), int> _there = new();
    private readonly ConcurrentDictionary<Fingerprint, SemaphoreSlim> _opening = new();

    /// <summary>Notes that a process is there, for as long as its call is open.</summary>
    /// <param name="peer">Whose process.</param>
    /// <param name="session">Which.</param>
    /// <param name="isPeer">Whether it still is one.</param>
    /// <param name="cancellationToken">Cancelled when the call ends.</param>
    internal async Task AttendAsync(
        Fingerprint peer,
        Guid session,
        Func<bool> isPeer,
        CancellationToken cancellationToken
    )
    {
        _there.AddOrUpdate((peer, session), 1, (_, count) => count + 1);
        SetLeft(peer, session, null);
        try
        {
            while (isPeer())
            {
                await Task.Delay(s_peerTerm, options.Clock, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The call's end is what it waits for.
        }
        finally
        {
            // It may have come back over another connection before this one was seen to break.
            if (
                _there.AddOrUpdate((peer, session), 0, (_, count) => count - 1) == 0
                && _there.TryRemove(new KeyValuePair<(Fingerprint, Guid), int>((peer, session), 0))
            )
            {
                SetLeft(peer, session, options.Clock.GetUtcNow());
            }
        }
    }

    /// <summary>Finds a peer's writer.</summary>
    /// <param name="peer">Whose it must be.</param>
    /// <param name="repository">Where it must write.</param>
    /// <param name="id">What the peer calls it.</param>
    /// <returns>Null when there is none of these.</returns>
    internal OpenWriter? Find(Fingerprint peer, string repository, Guid id) =>
        _writers.TryGetValue(id, out var writer) && writer.Peer == peer && writer.Repository == repository
            ? writer
            : null;

    /// <summary>Begins an object, or finds that it was begun under this id.</summary>
    /// <param name="peer">Whose it is.</param>
    /// <param name="session">The process that writes it.</param>
    /// <param name="repository">Where.</param>
    /// <param name="id">What the peer calls it from now on.</param>
    /// <param name="open">Opens it; null when there is nothing that could be opened.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when <paramref name="open"/> gave none.</returns>
    internal async Task<OpenWriter?> OpenAsync(
        Fingerprint peer,
        Guid session,
        string repository,
        Guid id,
        Func<ValueTask<IObjectWriter?>> open,
        CancellationToken cancellationToken
    )
    {
        // One at a time for each peer: a slow disk of one does not keep the others.
        var opening = _opening.GetOrAdd(peer, _ => new SemaphoreSlim(1, 1));
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Find(peer, repository, id) is { } present)
            {
                return present;
            }

            await RemoveForgottenAsync().ConfigureAwait(false);
            if (
                _writers.ContainsKey(id)
                || _writers.Values.Count(each => each.Peer == peer && !each.IsComplete) >= MaxPerPeer
            )
            {
                throw new MoverRefusal(Failure.Types.Code.Invalid, "too many objects are under way");
            }

            if (await open().ConfigureAwait(false) is not { } writer)
            {
                return null;
            }

            var opened = new OpenWriter(id, session, peer, repository, writer, options)
            {
                LeftAt = IsThere(peer, session) ? null : options.Clock.GetUtcNow(),
            };
            if (!_writers.TryAdd(id, opened))
            {
                await opened.DisposeAsync().ConfigureAwait(false);
                throw new MoverRefusal(Failure.Types.Code.Invalid, "the writer's id is another's");
            }

            return opened;
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Lets a writer go whose process is not there, so that another may take its object over.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="of">Whose it must be; null for anybody's.</param>
    internal async ValueTask LetGoAsync(string repository, string name, Fingerprint? of)
    {
        foreach (var writer in _writers.Values)
        {
            if (
                writer.Repository == repository
                && writer.Name == name
                && (of is null || writer.Peer == of)
                && !IsThere(writer.Peer, writer.Session)
            )
            {
                await RemoveAsync(writer).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Lets a writer go; its object stays unfinished unless it is complete.</summary>
    /// <param name="writer">The writer.</param>
    internal async ValueTask RemoveAsync(OpenWriter writer)
    {
        await writer.DisposeAsync().ConfigureAwait(false);
        _writers.TryRemove(writer.Id, out _);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _writers.Values)
        {
            await RemoveAsync(writer).ConfigureAwait(false);
        }
    }

    private bool IsThere(Fingerprint peer, Guid session) => _there.ContainsKey((peer, session));

    private void SetLeft(Fingerprint peer, Guid session, DateTimeOffset? at)
    {
        foreach (var writer in _writers.Values.Where(each => each.Peer == peer && each.Session == session))
        {
            writer.LeftAt = at;
        }
    }

    // Files stay locked while their writers are here: who does not come back must not keep them for ever.
    private async ValueTask RemoveForgottenAsync()
    {
        var until = options.Clock.GetUtcNow() - options.WriterTerm;
        foreach (
            var writer in _writers.Values.Where(each =>
                each.CompletedAt < until || (each.LeftAt < until && !IsThere(each.Peer, each.Session))
            )
        )
        {
            await RemoveAsync(writer).ConfigureAwait(false);
        }
    }
}
