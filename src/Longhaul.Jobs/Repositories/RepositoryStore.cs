using Longhaul.Engine.Backups;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Repositories;

/// <summary>The store in which a repository lies.</summary>
/// <param name="Store">The store.</param>
/// <param name="Far">Reads backups where they lie; null where the store is this machine's own, and reading costs nothing.</param>
/// <param name="OnlyAdds">Whether this machine may only add there: what is removed, is removed from that side.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RepositoryStore(IRepositoryStore Store, IFarSide? Far = null, bool OnlyAdds = false);
