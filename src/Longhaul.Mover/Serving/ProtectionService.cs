using Grpc.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>Objects that must not be deleted.</summary>
/// <param name="caller">Who calls.</param>
internal sealed class ProtectionService(Caller caller) : Protection.ProtectionBase
{
    /// <inheritdoc/>
    public override async Task<ObstacleReply> FindProtectionObstacle(
        RepositoryRequest request,
        ServerCallContext context
    )
    {
        var obstacle = await Of(context, request.Repository, MoverPermissions.Read)
            .FindObstacleAsync(context.CancellationToken)
            .ConfigureAwait(false);
        return obstacle is null ? new ObstacleReply() : new ObstacleReply { Obstacle = obstacle };
    }

    /// <inheritdoc/>
    public override async Task<ProtectedReply> IsProtected(ObjectRequest request, ServerCallContext context)
    {
        var isProtected = await Of(context, request.Repository, MoverPermissions.Read)
            .IsProtectedAsync(request.Name, context.CancellationToken)
            .ConfigureAwait(false);
        return isProtected is { } known ? new ProtectedReply { Protected = known } : new ProtectedReply();
    }

    /// <inheritdoc/>
    public override async Task<DoneReply> SetProtected(SetProtectedRequest request, ServerCallContext context)
    {
        var protection = Of(context, request.Repository, MoverPermissions.Admin);
        return new DoneReply
        {
            Done = request.Protected
                ? await protection.ProtectAsync(request.Name, context.CancellationToken).ConfigureAwait(false)
                : await protection.UnprotectAsync(request.Name, context.CancellationToken).ConfigureAwait(false),
        };
    }

    private IObjectProtection Of(ServerCallContext context, string repository, MoverPermissions permission) =>
        caller.Enter(context.GetHttpContext(), repository, permission).Repository.Store.Protection;
}
