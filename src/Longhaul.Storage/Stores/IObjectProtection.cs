namespace Longhaul.Storage.Stores;

/// <summary>Keeps objects of a store from being deleted, by anybody who has not more rights than a user needs to write there.</summary>
/// <remarks>
/// <para>A protected object can neither be deleted nor replaced until its protection is lifted; it is read as ever. Who sets
/// it keeps account of until when: the store knows no time. Protection is durable when the call completes.</para>
/// <para>Unfinished objects are never protected.</para>
/// <para>Every member may throw store.unreachable, store.access-denied, store.io; those that change something,
/// store.protect-unsupported.</para>
/// <para>Source: docs/format.md, section "Store".</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public interface IObjectProtection
{
    /// <summary>Finds out whether objects can be protected here, by trying.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Why not, a clause; null when they can.</returns>
    ValueTask<string?> FindObstacleAsync(CancellationToken cancellationToken);

    /// <summary>Asks whether an object is protected.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is no such object.</returns>
    ValueTask<bool?> IsProtectedAsync(string name, CancellationToken cancellationToken);

    /// <summary>Protects an object; one that is protected stays so.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there is no such object.</returns>
    ValueTask<bool> ProtectAsync(string name, CancellationToken cancellationToken);

    /// <summary>Lifts an object's protection; one that is not protected stays as it is.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there is no such object.</returns>
    ValueTask<bool> UnprotectAsync(string name, CancellationToken cancellationToken);
}
