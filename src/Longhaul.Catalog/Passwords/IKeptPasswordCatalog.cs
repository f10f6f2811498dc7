namespace Longhaul.Catalog.Passwords;

/// <summary>Keeps sealed passwords; what opens them is never in the catalog.</summary>
/// <remarks>Those of a job go with the job, those of backups with their repository.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IKeptPasswordCatalog
{
    /// <summary>Lists all of them.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>At most one for each job and each backup, in no order.</returns>
    ValueTask<IReadOnlyList<KeptPassword>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Keeps one, in place of an earlier one for the same thing.</summary>
    /// <param name="password">The password, sealed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask SaveAsync(KeptPassword password, CancellationToken cancellationToken);

    /// <summary>Forgets one.</summary>
    /// <param name="what">What it is for.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there was none.</returns>
    ValueTask<bool> RemoveAsync(KeptFor what, CancellationToken cancellationToken);
}
