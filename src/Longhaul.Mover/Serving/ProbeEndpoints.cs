using System.Globalization;
using Longhaul.Mover.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Longhaul.Mover.Serving;

/// <summary>Takes bytes that nobody keeps, and sends bytes that mean nothing: so a peer measures the line as a run would use it.</summary>
/// <param name="caller">Who calls.</param>
internal sealed class ProbeEndpoints(Caller caller)
{
    private static readonly byte[] s_bytes = Noise();

    /// <summary>Adds the two routes.</summary>
    /// <param name="routes">Where.</param>
    internal void MapTo(IEndpointRouteBuilder routes)
    {
        routes.MapPut(
            MoverProtocol.ProbePath,
            (RequestDelegate)(context => BulkEndpoints.AnswerAsync(context, TakeAsync))
        );
        routes.MapGet(
            MoverProtocol.ProbePath,
            (RequestDelegate)(context => BulkEndpoints.AnswerAsync(context, SendAsync))
        );
    }

    private async Task TakeAsync(HttpContext context)
    {
        _ = caller.Peer(context);
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentLength = 0;
    }

    private async Task SendAsync(HttpContext context)
    {
        _ = caller.Peer(context);
        var asked = context.Request.Query[MoverProtocol.LengthKey].ToString();
        var length = int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Min(number, s_bytes.Length)
            : 0;
        context.Response.ContentLength = length;
        await context
            .Response.Body.WriteAsync(s_bytes.AsMemory(0, length), context.RequestAborted)
            .ConfigureAwait(false);
    }

    /// <summary>Nothing on the way can make it shorter.</summary>
    private static byte[] Noise() =>
        System.Security.Cryptography.RandomNumberGenerator.GetBytes(MoverProtocol.MaxPieceSize);
}
