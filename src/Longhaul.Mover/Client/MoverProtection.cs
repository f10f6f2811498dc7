using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Client;

/// <summary>Protection of objects behind a mover.</summary>
/// <param name="calls">Makes the calls.</param>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
internal sealed class MoverProtection(MoverCalls calls) : IObjectProtection
{
    private readonly Protection.ProtectionClient _client = new(calls.Invoker);

    /// <inheritdoc/>
    public async ValueTask<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        var request = new RepositoryRequest { Repository = calls.Repository };
        var reply = await calls
            .AskAsync(
                "",
                "to read",
                token => _client.FindProtectionObstacleAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.HasObstacle ? "the mover's file system, or its user, cannot" : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool?> IsProtectedAsync(string name, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        var request = new ObjectRequest { Repository = calls.Repository, Name = name };
        var reply = await calls
            .AskAsync(
                name,
                "to read",
                token => _client.IsProtectedAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.HasProtected ? reply.Protected : null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> ProtectAsync(string name, CancellationToken cancellationToken) =>
        SetAsync(name, isProtected: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> UnprotectAsync(string name, CancellationToken cancellationToken) =>
        SetAsync(name, isProtected: false, cancellationToken);

    private async ValueTask<bool> SetAsync(string name, bool isProtected, CancellationToken cancellationToken)
    {
        ObjectNames.ThrowIfInvalid(name);
        var request = new SetProtectedRequest
        {
            Repository = calls.Repository,
            Name = name,
            Protected = isProtected,
        };
        var reply = await calls
            .AskAsync(
                name,
                "to protect objects",
                token => _client.SetProtectedAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.Done;
    }
}
