using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Longhaul.Core;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;
using StoredObject = Longhaul.Storage.Stores.StoredObject;

namespace Longhaul.Mover.Client;

/// <summary>A repository behind a mover, as a store like any other.</summary>
/// <remarks>
/// <para>A call is made again while the line is down, for as long as the options say; what it did is then asked and not
/// guessed: a put that was not heard is compared with what lies there.</para>
/// <para>Source: docs/protocol.md.</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class MoverStore : IRepositoryStore
{
    /// <summary>Longest listing that is taken, in messages: some millions of names.</summary>
    private const int MostPages = 1 << 14;

    private readonly MoverCalls _calls;
    private readonly MoverSession _session;
    private readonly Store.StoreClient _client;
    private readonly Writing.WritingClient _writing;

    internal MoverStore(MoverCalls calls, MoverSession session, long bestSegmentSize)
    {
        _calls = calls;
        _session = session;
        _client = new Store.StoreClient(calls.Invoker);
        _writing = new Writing.WritingClient(calls.Invoker);
        BestSegmentSize = bestSegmentSize;
        Protection = new MoverProtection(calls);
    }

    /// <inheritdoc/>
    public string Location => _calls.Mover;

    /// <inheritdoc/>
    public long BestSegmentSize { get; }

    /// <inheritdoc/>
    public IObjectProtection Protection { get; }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) =>
        ListAsync(folder, unfinished: false, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken) =>
        ListAsync(folder, unfinished: true, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(
        string folder,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        var request = new FolderRequest { Repository = _calls.Repository, Folder = folder };
        var pages = await PagesAsync(
                folder,
                token => _client.ListFolders(request, cancellationToken: token),
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach (var name in pages.SelectMany(page => page.Names))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!ObjectNames.IsValid(name) || name.Contains('/', StringComparison.Ordinal))
            {
                throw Errors.MoverProtocol(Location, "it lists what no store has");
            }

            yield return name;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<FolderEntry>> ListEntriesAsync(
        string folder,
        CancellationToken cancellationToken
    )
    {
        var request = new FolderRequest { Repository = _calls.Repository, Folder = folder };
        var pages = await PagesAsync(
                folder,
                token => _client.ListEntries(request, cancellationToken: token),
                cancellationToken
            )
            .ConfigureAwait(false);
        var entries = pages.SelectMany(page => page.Entries).ToList();
        return entries.Exists(each => each.Name.Length == 0 || each.Name.IndexOfAny(['/', '\0']) >= 0)
            ? throw Errors.MoverProtocol(Location, "it lists what no store has")
            : [.. entries.Select(each => new FolderEntry(each.Name, (FolderEntryKind)each.Kind))];
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        return _calls.GetLengthAsync(name, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<int?> ReadAsync(
        string name,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return _calls.ReadAsync(name, writer: null, offset, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutIfAbsentAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, MoverProtocol.MaxPutSize);
        var request = new PutRequest
        {
            Repository = _calls.Repository,
            Name = name,
            Content = UnsafeByteOperations.UnsafeWrap(content),
        };
        var tries = 0;
        var reply = await _calls
            .AskAsync(
                name,
                "to write",
                token =>
                {
                    tries++;
                    return _client.PutAsync(request, cancellationToken: token).ResponseAsync;
                },
                cancellationToken,
                content.Length
            )
            .ConfigureAwait(false);
        // The name may have been taken by the try whose answer was lost.
        return reply.Done || (tries > 1 && await HoldsAsync(name, content, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        var request = new CreateRequest
        {
            Repository = _calls.Repository,
            Name = name,
            Writer = MoverWriter.NewId(),
            Session = _session.Id,
        };
        var reply = await _calls
            .AskAsync(
                name,
                "to write",
                token => _writing.CreateAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new MoverWriter(_calls, _session, name, request.Writer, length: 0, reply.Boot);
    }

    /// <inheritdoc/>
    public async ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        await BeginAsync(cancellationToken).ConfigureAwait(false);
        var id = MoverWriter.NewId();
        var reply = await MoverWriter
            .ReopenAsync(_calls, _session, name, id, length, cancellationToken)
            .ConfigureAwait(false);
        return reply.Found ? new MoverWriter(_calls, _session, name, id, length, reply.Boot) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var request = About(name);
        var tries = 0;
        var reply = await _calls
            .AskAsync(
                name,
                "to delete",
                token =>
                {
                    tries++;
                    return _client.DeleteAsync(request, cancellationToken: token).ResponseAsync;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.Done || tries > 1;
    }

    /// <inheritdoc/>
    public async ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken)
    {
        var request = new RepositoryRequest { Repository = _calls.Repository };
        var reply = await _calls
            .AskAsync(
                "",
                "to read",
                token => _client.GetCapacityAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.HasFree ? new StoreCapacity(reply.Free, reply.Total) : null;
    }

    private async IAsyncEnumerable<StoredObject> ListAsync(
        string folder,
        bool unfinished,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ObjectNames.ThrowIfInvalidFolder(folder);
        var request = new ListRequest
        {
            Repository = _calls.Repository,
            Folder = folder,
            Unfinished = unfinished,
        };
        var pages = await PagesAsync(
                folder,
                token => _client.List(request, cancellationToken: token),
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach (var line in pages.SelectMany(page => page.Objects))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (
                !ObjectNames.IsValid(line.Name)
                || !line.Name.StartsWith(folder, StringComparison.Ordinal)
                || line.Length < 0
            )
            {
                throw Errors.MoverProtocol(Location, "it lists what no store has");
            }

            yield return new StoredObject(line.Name, line.Length);
        }
    }

    // A listing is taken whole before anything of it is believed: one that broke off would look like one that has ended.
    private ValueTask<List<T>> PagesAsync<T>(
        string folder,
        Func<CancellationToken, AsyncServerStreamingCall<T>> list,
        CancellationToken cancellationToken
    ) =>
        _calls.ListenAsync(
            folder,
            "to read",
            list,
            async pages =>
            {
                var taken = new List<T>();
                await foreach (var page in pages.ConfigureAwait(false))
                {
                    taken.Add(page);
                    if (taken.Count > MostPages)
                    {
                        throw Errors.MoverProtocol(Location, "its listing does not end");
                    }
                }

                return taken;
            },
            cancellationToken
        );

    /// <summary>Sees to it that the mover knows this process, and nothing stays locked that it has let go.</summary>
    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        await _session.NoticedAsync(cancellationToken).ConfigureAwait(false);
        while (_session.Unheard.TryPeek(out var abandoned))
        {
            await _calls
                .AskAsync(
                    "",
                    "to write",
                    token => _writing.AbandonAsync(abandoned, cancellationToken: token).ResponseAsync,
                    cancellationToken
                )
                .ConfigureAwait(false);
            _session.Unheard.TryDequeue(out _);
        }
    }

    private async ValueTask<bool> HoldsAsync(
        string name,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        var there = new byte[content.Length + 1];
        var read = await ReadAsync(name, 0, there, cancellationToken).ConfigureAwait(false);
        return read == content.Length && there.AsSpan(0, content.Length).SequenceEqual(content.Span);
    }

    private ObjectRequest About(string name)
    {
        ObjectNames.ThrowIfInvalid(name);
        return new ObjectRequest { Repository = _calls.Repository, Name = name };
    }
}
