using Google.Protobuf;
using Grpc.Core;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Longhaul.Mover.Serving;

/// <summary>Turns callers away who are not paired before anything that they send is read: it would fill the mover's memory.</summary>
/// <remarks>Source of a refusal that has no body: "gRPC over HTTP2", Trailers-Only.</remarks>
internal static class StrangerGate
{
    /// <summary>Longest body of such a caller, in bytes: what he says of a token is short.</summary>
    private const int LongestBody = 64 << 10;

    private const string Grpc = "application/grpc";

    /// <summary>Begins to watch.</summary>
    /// <param name="application">The mover.</param>
    /// <param name="caller">Who calls.</param>
    internal static void AddTo(IApplicationBuilder application, Caller caller) =>
        application.Use(
            (context, next) =>
            {
                // Bulk requests find out who calls before they read anything.
                if (context.Request.ContentType != Grpc || caller.IsPeer(context))
                {
                    return next(context);
                }

                if (!context.Request.Path.StartsWithSegments("/longhaul.mover.v1.Pairing"))
                {
                    Refuse(context.Response);
                    return Task.CompletedTask;
                }

                if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { } body)
                {
                    body.MaxRequestBodySize = LongestBody;
                }

                return next(context);
            }
        );

    private static void Refuse(HttpResponse response)
    {
        var failure = new Failure
        {
            Code = Failure.Types.Code.NotPaired,
            Detail = "this certificate is not paired, or was revoked",
        };
        response.ContentType = Grpc;
        response.Headers["grpc-status"] = $"{(int)StatusCode.Unauthenticated}";
        response.Headers["grpc-message"] = failure.Detail;
        response.Headers[MoverProtocol.FailureTrailer] = Convert.ToBase64String(failure.ToByteArray());
    }
}
