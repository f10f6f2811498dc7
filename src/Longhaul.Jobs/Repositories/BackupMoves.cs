using Longhaul.Catalog;
using Longhaul.Catalog.Backups;

namespace Longhaul.Jobs.Repositories;

/// <summary>Moves what the catalog knows of folders to the names they have now.</summary>
/// <param name="catalog">The catalog.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class BackupMoves(ICatalog catalog)
{
    /// <summary>Moves and forgets, in one step: folders may have changed their names among each other.</summary>
    /// <param name="gone">What is forgotten.</param>
    /// <param name="moves">What is kept under another name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask ApplyAsync(
        IReadOnlyList<BackupEntry> gone,
        IReadOnlyList<(BackupEntry Entry, string Folder)> moves,
        CancellationToken cancellationToken
    )
    {
        if (gone.Count + moves.Count == 0)
        {
            return;
        }

        var work = await catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var kept = new List<(BackupEntry Entry, IReadOnlyList<CachedChain> Chains)>();
        foreach (var (entry, folder) in moves)
        {
            var chains = await work
                .Backups.GetChainsAsync(entry.Repository, entry.Folder, cancellationToken)
                .ConfigureAwait(false);
            kept.Add((entry with { Folder = folder }, chains));
        }

        foreach (var entry in gone.Concat(moves.Select(move => move.Entry)))
        {
            await work.Backups.RemoveAsync(entry.Repository, entry.Folder, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (entry, chains) in kept)
        {
            await work.Backups.SaveAsync(entry, chains, cancellationToken).ConfigureAwait(false);
        }

        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
