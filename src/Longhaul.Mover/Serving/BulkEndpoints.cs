using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Longhaul.Mover.Serving;

/// <summary>Pieces and ranges of objects as plain HTTP bodies: what crosses in bulk is not copied through messages.</summary>
/// <param name="caller">Who calls.</param>
/// <param name="writers">What is being written.</param>
internal sealed class BulkEndpoints(Caller caller, OpenWriters writers)
{
    private const int ReadSize = 256 << 10;

    /// <summary>Pieces of one peer's that are in memory at a time, at most: others wait before they are read.</summary>
    private const int MostPieces = 64;

    private readonly ConcurrentDictionary<Fingerprint, SemaphoreSlim> _pieces = new();

    /// <summary>Adds the two routes.</summary>
    /// <param name="routes">Where.</param>
    internal void MapTo(IEndpointRouteBuilder routes)
    {
        routes.MapPut(MoverProtocol.PiecePath, (RequestDelegate)(context => AnswerAsync(context, PutPieceAsync)));
        routes.MapGet(MoverProtocol.RangePath, (RequestDelegate)(context => AnswerAsync(context, GetRangeAsync)));
    }

    /// <summary>Answers a bulk request, and says what went wrong.</summary>
    /// <param name="context">The request.</param>
    /// <param name="answer">Answers it.</param>
    internal static async Task AnswerAsync(HttpContext context, Func<HttpContext, Task> answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (Exception error)
            when (Failures.TryFind(error, out var failure) && !context.RequestAborted.IsCancellationRequested)
        {
            if (context.Response.HasStarted)
            {
                // The peer sees a body that ends early.
                context.Abort();
                return;
            }

            // A peer reads no answer before it has sent its piece, and a slow line needs its time for that.
            if (context.Request.ContentLength <= MoverProtocol.MaxPieceSize)
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
            }

            var body = failure.ToByteArray();
            context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task PutPieceAsync(HttpContext context)
    {
        var token = context.RequestAborted;
        var writer = Writer(context, MoverPermissions.Append);
        var offset = Number(context, MoverProtocol.OffsetKey);
        var room = _pieces.GetOrAdd(writer.Peer, _ => new SemaphoreSlim(MostPieces, MostPieces));
        if (context.Request.ContentLength is not { } length || length > MoverProtocol.MaxPieceSize)
        {
            throw new MoverRefusal(Failure.Types.Code.Invalid, "a piece says its length, which is no more than 2 MiB");
        }

        await room.WaitAsync(token).ConfigureAwait(false);
        var piece = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var content = piece.AsMemory(0, (int)length);
            await context.Request.Body.ReadExactlyAsync(content, token).ConfigureAwait(false);
            var state = (await writer.AppendAsync(offset, content, token).ConfigureAwait(false)).ToByteArray();
            context.Response.ContentLength = state.Length;
            await context.Response.Body.WriteAsync(state, token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is EndOfStreamException or BadHttpRequestException)
        {
            // The connection broke off within the piece; nothing of it was taken.
            context.Abort();
        }
        finally
        {
            room.Release();
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private async Task GetRangeAsync(HttpContext context)
    {
        var token = context.RequestAborted;
        var offset = Number(context, MoverProtocol.OffsetKey);
        var length = (int)Math.Min(Number(context, MoverProtocol.LengthKey), MoverProtocol.MaxRangeSize);
        var (whole, read) = await SourceAsync(context, token).ConfigureAwait(false);
        if (whole is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var left = Math.Clamp(whole.Value - offset, 0, length);
        context.Response.ContentLength = left;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(left, ReadSize));
        try
        {
            while (left > 0)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
                var count = await read(offset, part).ConfigureAwait(false);
                if (count <= 0)
                {
                    // It went, or became shorter, after its length was said.
                    context.Abort();
                    return;
                }

                await context.Response.Body.WriteAsync(part[..count], token).ConfigureAwait(false);
                offset += count;
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<(long? Length, Func<long, Memory<byte>, ValueTask<int>> Read)> SourceAsync(
        HttpContext context,
        CancellationToken cancellationToken
    )
    {
        if (context.Request.Query.ContainsKey(MoverProtocol.WriterKey))
        {
            var writer = Writer(context, MoverPermissions.Append);
            return (writer.State.Length, (at, part) => writer.ReadAsync(at, part, cancellationToken));
        }

        var (_, repository) = caller.Enter(context, Text(context, MoverProtocol.RepositoryKey), MoverPermissions.Read);
        var name = Text(context, MoverProtocol.NameKey);
        var length = await repository.Store.GetLengthAsync(name, cancellationToken).ConfigureAwait(false);
        return (
            length,
            async (at, part) =>
                await repository.Store.ReadAsync(name, at, part, cancellationToken).ConfigureAwait(false) ?? -1
        );
    }

    private OpenWriter Writer(HttpContext context, MoverPermissions permission)
    {
        var name = Text(context, MoverProtocol.RepositoryKey);
        var (peer, _) = caller.Enter(context, name, permission);
        return Guid.TryParseExact(Text(context, MoverProtocol.WriterKey), "N", out var id)
            ? writers.Find(peer.Fingerprint, name, id)
                ?? throw new MoverRefusal(Failure.Types.Code.WriterGone, "the writer is gone")
            : throw new MoverRefusal(Failure.Types.Code.Invalid, "a writer's id has 32 hexadecimal digits");
    }

    private static string Text(HttpContext context, string key) => context.Request.Query[key].ToString();

    private static long Number(HttpContext context, string key) =>
        long.TryParse(Text(context, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new MoverRefusal(Failure.Types.Code.Invalid, $"{key} is no number");
}
