using Grpc.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>The store interface for peers: what there is, and small objects.</summary>
/// <remarks>It knows names and bytes, and nothing of what they mean: no key, no job.</remarks>
/// <param name="caller">Who calls.</param>
/// <param name="writers">What is being written.</param>
/// <param name="guard">Holds those who may only add to that.</param>
internal sealed class StoreService(Caller caller, OpenWriters writers, AppendGuard guard) : Store.StoreBase
{
    /// <summary>Lines of a listing in one message.</summary>
    private const int LinesAtOnce = 512;

    /// <inheritdoc/>
    public override Task<OpenReply> Open(OpenRequest request, ServerCallContext context)
    {
        Protocols.Check(request.Protocol);
        var (peer, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.None);
        var reply = new OpenReply
        {
            Protocol = MoverProtocol.Version,
            BestSegmentSize = repository.Store.BestSegmentSize,
        };
        reply.Allowed.AddRange(MoverPermissionWords.Of(peer.Allowed));
        reply.Capabilities.Add(repository.Capabilities.ToDictionary());
        reply.Remarks.AddRange(repository.Remarks);
        return Task.FromResult(reply);
    }

    /// <inheritdoc/>
    public override Task Attend(
        AttendRequest request,
        IServerStreamWriter<AttendReply> responseStream,
        ServerCallContext context
    )
    {
        var http = context.GetHttpContext();
        var peer = caller.Peer(http);
        return AttendAsync();

        async Task AttendAsync()
        {
            // The headers tell the peer that it is noticed.
            await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
            await writers
                .AttendAsync(peer, Ids.Of(request.Session.Span), () => caller.IsPeer(http), context.CancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override Task List(
        ListRequest request,
        IServerStreamWriter<ListReply> responseStream,
        ServerCallContext context
    )
    {
        var store = Store(context, request.Repository, MoverPermissions.Read);
        var found = request.Unfinished
            ? store.ListUnfinishedAsync(request.Folder, context.CancellationToken)
            : store.ListAsync(request.Folder, context.CancellationToken);
        return SendAsync(
            found,
            responseStream,
            lines =>
            {
                var reply = new ListReply();
                reply.Objects.AddRange(
                    lines.Select(line => new ListReply.Types.Object { Name = line.Name, Length = line.Length })
                );
                return reply;
            },
            context.CancellationToken
        );
    }

    /// <inheritdoc/>
    public override Task ListFolders(
        FolderRequest request,
        IServerStreamWriter<FoldersReply> responseStream,
        ServerCallContext context
    ) =>
        SendAsync(
            Store(context, request.Repository, MoverPermissions.Read)
                .ListFoldersAsync(request.Folder, context.CancellationToken),
            responseStream,
            lines =>
            {
                var reply = new FoldersReply();
                reply.Names.AddRange(lines);
                return reply;
            },
            context.CancellationToken
        );

    /// <inheritdoc/>
    public override async Task ListEntries(
        FolderRequest request,
        IServerStreamWriter<EntriesReply> responseStream,
        ServerCallContext context
    )
    {
        var found = await Store(context, request.Repository, MoverPermissions.Read)
            .ListEntriesAsync(request.Folder, context.CancellationToken)
            .ConfigureAwait(false);
        await SendAsync(
                found.ToAsyncEnumerable(),
                responseStream,
                lines =>
                {
                    var reply = new EntriesReply();
                    reply.Entries.AddRange(
                        lines.Select(line => new EntriesReply.Types.Entry { Name = line.Name, Kind = (uint)line.Kind })
                    );
                    return reply;
                },
                context.CancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<LengthReply> GetLength(ObjectRequest request, ServerCallContext context)
    {
        var length = await Store(context, request.Repository, MoverPermissions.Read)
            .GetLengthAsync(request.Name, context.CancellationToken)
            .ConfigureAwait(false);
        return length is { } bytes ? new LengthReply { Length = bytes } : new LengthReply();
    }

    /// <inheritdoc/>
    public override async Task<DoneReply> Put(PutRequest request, ServerCallContext context)
    {
        var (peer, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Append);
        var (name, content, token) = (request.Name, request.Content.Memory, context.CancellationToken);
        if (!peer.May(MoverPermissions.Delete))
        {
            await guard.CheckPutAsync(repository.Store, name, content, token).ConfigureAwait(false);
        }

        return Done(await repository.Store.PutIfAbsentAsync(name, content, token).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async Task<DoneReply> Delete(ObjectRequest request, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var (peer, repository) = caller.Enter(http, request.Repository, MoverPermissions.None);
        var isOwn =
            peer.May(MoverPermissions.Append)
            && await AppendGuard
                .IsLeavingAsync(repository.Store, request.Name, context.CancellationToken)
                .ConfigureAwait(false);
        var store = isOwn
            ? repository.Store
            : caller.Enter(http, request.Repository, MoverPermissions.Delete).Repository.Store;
        return Done(await store.DeleteAsync(request.Name, context.CancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public override async Task<CapacityReply> GetCapacity(RepositoryRequest request, ServerCallContext context)
    {
        var capacity = await Store(context, request.Repository, MoverPermissions.Read)
            .GetCapacityAsync(context.CancellationToken)
            .ConfigureAwait(false);
        return capacity is { } room
            ? new CapacityReply { Free = room.FreeBytes, Total = room.TotalBytes }
            : new CapacityReply();
    }

    private static DoneReply Done(bool done) => new() { Done = done };

    private static async Task SendAsync<TLine, TReply>(
        IAsyncEnumerable<TLine> found,
        IServerStreamWriter<TReply> to,
        Func<IReadOnlyList<TLine>, TReply> reply,
        CancellationToken cancellationToken
    )
    {
        await foreach (var lines in found.Chunk(LinesAtOnce).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            await to.WriteAsync(reply(lines), cancellationToken).ConfigureAwait(false);
        }
    }

    private IRepositoryStore Store(ServerCallContext context, string repository, MoverPermissions permission) =>
        caller.Enter(context.GetHttpContext(), repository, permission).Repository.Store;
}
