namespace Longhaul.Cli.Output;

/// <summary>What <c>repository unlock</c> prints.</summary>
/// <param name="Repository">The repository's name.</param>
/// <param name="RepositoryId">Its id.</param>
/// <param name="Opened">Names of the backups that a password which was given opens.</param>
/// <param name="Open">Names of those that what was kept before opens.</param>
/// <param name="Locked">Those that nothing opens.</param>
/// <param name="PasswordKept">Whether what opened them is kept for later runs.</param>
internal sealed record UnlockDocument(
    string Repository,
    string RepositoryId,
    IReadOnlyList<string> Opened,
    IReadOnlyList<string> Open,
    IReadOnlyList<UnlockDocument.LockedBackup> Locked,
    bool PasswordKept
)
{
    /// <summary>A backup that stays locked.</summary>
    internal sealed record LockedBackup(string Name, IReadOnlyList<string> Hints);
}
