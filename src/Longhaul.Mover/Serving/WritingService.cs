using Grpc.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>Objects that peers write piece by piece: all of it but the pieces themselves.</summary>
/// <param name="caller">Who calls.</param>
/// <param name="writers">What is being written.</param>
internal sealed class WritingService(Caller caller, OpenWriters writers) : Writing.WritingBase
{
    /// <inheritdoc/>
    public override async Task<WriterReply> Create(CreateRequest request, ServerCallContext context)
    {
        var (peer, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Append);
        if (!peer.May(MoverPermissions.Delete))
        {
            AppendGuard.CheckCreate(request.Name);
        }

        var writer = await writers
            .OpenAsync(
                peer.Fingerprint,
                Ids.Of(request.Session.Span),
                request.Repository,
                Ids.Of(request.Writer.Span),
                () =>
                    AtNameAsync(async () =>
                        (IObjectWriter?)
                            await repository
                                .Store.CreateAsync(request.Name, context.CancellationToken)
                                .ConfigureAwait(false)
                    ),
                context.CancellationToken
            )
            .ConfigureAwait(false);
        return writer!.State;
    }

    /// <inheritdoc/>
    public override async Task<WriterReply> Reopen(ReopenRequest request, ServerCallContext context)
    {
        var (peer, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Append);
        if (writers.Find(peer.Fingerprint, request.Repository, Ids.Of(request.Writer.Span)) is null)
        {
            await writers
                .LetGoAsync(
                    request.Repository,
                    request.Name,
                    peer.May(MoverPermissions.Delete) ? null : peer.Fingerprint
                )
                .ConfigureAwait(false);
        }

        var writer = await writers
            .OpenAsync(
                peer.Fingerprint,
                Ids.Of(request.Session.Span),
                request.Repository,
                Ids.Of(request.Writer.Span),
                async () =>
                    await repository
                        .Store.ReopenAsync(request.Name, request.Length, context.CancellationToken)
                        .ConfigureAwait(false),
                context.CancellationToken
            )
            .ConfigureAwait(false);
        return writer?.State ?? new WriterReply();
    }

    /// <inheritdoc/>
    public override Task<WriterReply> Find(WriterRequest request, ServerCallContext context) =>
        Task.FromResult(FindWriter(request, context)?.State ?? new WriterReply());

    /// <inheritdoc/>
    public override async Task<WriterReply> Flush(WriterRequest request, ServerCallContext context) =>
        await Writer(request, context).FlushAsync(context.CancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<DoneReply> Complete(WriterRequest request, ServerCallContext context)
    {
        var writer = Writer(request, context);
        return await AtNameAsync(async () =>
            {
                await writer.CompleteAsync(request.Length, context.CancellationToken).ConfigureAwait(false);
                return new DoneReply { Done = true };
            })
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<DoneReply> Abandon(WriterRequest request, ServerCallContext context)
    {
        if (FindWriter(request, context) is not { } writer)
        {
            return new DoneReply();
        }

        await writers.RemoveAsync(writer).ConfigureAwait(false);
        return new DoneReply { Done = true };
    }

    /// <summary>Does what fails when a name is another's: that is no fault of the disk.</summary>
    private static async ValueTask<T> AtNameAsync<T>(Func<ValueTask<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new MoverRefusal(Failure.Types.Code.NameTaken, error.Message, error);
        }
    }

    private OpenWriter? FindWriter(WriterRequest request, ServerCallContext context)
    {
        var (peer, _) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Append);
        return writers.Find(peer.Fingerprint, request.Repository, Ids.Of(request.Writer.Span));
    }

    private OpenWriter Writer(WriterRequest request, ServerCallContext context) =>
        FindWriter(request, context) ?? throw new MoverRefusal(Failure.Types.Code.WriterGone, "the writer is gone");
}
