using Longhaul.Engine.Verifying;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Repositories;

/// <summary>The store in which a repository lies.</summary>
/// <param name="Store">The store.</param>
/// <param name="Far">Reads backups where they lie; null where the store is this machine's own, and reading costs nothing.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RepositoryStore(IRepositoryStore Store, IFarScrub? Far = null);
