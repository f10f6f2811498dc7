using Longhaul.Catalog.Backups;

namespace Longhaul.Jobs.Repositories;

/// <summary>What a rescan found in a repository.</summary>
/// <param name="Backups">Backups that lie there, those with faults included.</param>
/// <param name="New">Names of backups the catalog did not know, returned ones included.</param>
/// <param name="Vanished">Names of backups the catalog knew and whose folder is gone, not those that were moved.</param>
/// <param name="Damaged">Folders whose log or descriptor cannot be read.</param>
/// <param name="Foreign">Folders that are no backups.</param>
/// <param name="Findings">All that is to be said, with what to do: by kind, then by folder.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RescanReport(
    IReadOnlyList<BackupEntry> Backups,
    IReadOnlyList<string> New,
    IReadOnlyList<string> Vanished,
    IReadOnlyList<DamagedFolder> Damaged,
    IReadOnlyList<string> Foreign,
    IReadOnlyList<RescanFinding> Findings
);

/// <summary>A folder that looks like a backup and cannot be read.</summary>
/// <param name="Folder">Its name.</param>
/// <param name="Code">The error's code.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record DamagedFolder(string Folder, string Code, string Message, string Hint);
