using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Serving;

/// <summary>Puts what went wrong in a call into its trailer, as a code that the peer knows.</summary>
internal sealed class FailureInterceptor : Interceptor
{
    /// <inheritdoc/>
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request,
        ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation
    ) => RunAsync(() => continuation(request, context));

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation
    ) =>
        RunAsync(async () =>
        {
            await continuation(request, responseStream, context).ConfigureAwait(false);
            return true;
        });

    private static async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception error) when (Failures.TryFind(error, out var failure))
        {
            var trailers = new Metadata { { MoverProtocol.FailureTrailer, failure.ToByteArray() } };
            throw new RpcException(new Status(StatusOf(failure.Code), failure.Detail), trailers);
        }
    }

    private static StatusCode StatusOf(Failure.Types.Code code) =>
        code switch
        {
            Failure.Types.Code.NotPaired or Failure.Types.Code.Token => StatusCode.Unauthenticated,
            Failure.Types.Code.NotPermitted or Failure.Types.Code.OnlyAdds => StatusCode.PermissionDenied,
            Failure.Types.Code.NoRepository => StatusCode.NotFound,
            Failure.Types.Code.Invalid => StatusCode.InvalidArgument,
            _ => StatusCode.FailedPrecondition,
        };
}
