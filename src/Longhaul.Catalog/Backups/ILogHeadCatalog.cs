namespace Longhaul.Catalog.Backups;

/// <summary>Remembers how far each log had come, so that one that went back or forked is noticed.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public interface ILogHeadCatalog
{
    /// <summary>Finds what is remembered of an instance.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when it was never seen.</returns>
    ValueTask<LogHead?> FindAsync(InstanceId instance, CancellationToken cancellationToken);

    /// <summary>Remembers a head in place of the one before, whether higher or lower.</summary>
    /// <param name="head">The head. A lower one is for the caller to allow: a person accepted it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask RememberAsync(LogHead head, CancellationToken cancellationToken);
}
