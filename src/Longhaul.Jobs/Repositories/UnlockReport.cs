namespace Longhaul.Jobs.Repositories;

/// <summary>What unlocking a repository came to.</summary>
/// <param name="Opened">Names of the backups that a password which was given opens.</param>
/// <param name="Open">Names of those that what was kept before opens.</param>
/// <param name="Locked">Those that nothing opens, with what reminds people of their passwords.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record UnlockReport(
    IReadOnlyList<string> Opened,
    IReadOnlyList<string> Open,
    IReadOnlyList<(string Backup, IReadOnlyList<string> Hints)> Locked
);
