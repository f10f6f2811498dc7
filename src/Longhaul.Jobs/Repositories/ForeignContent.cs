using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Repositories;

/// <summary>Looks at what lies in a repository and is no backup's: it is reported, and never taken for something.</summary>
/// <param name="repository">The repository.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class ForeignContent(OpenRepository repository)
{
    /// <summary>How far below a folder of the top backups are looked for.</summary>
    private const int Depth = 4;

    /// <summary>Most folders that are looked into for them: somebody's whole home may lie here.</summary>
    private const int MostFolders = 2000;

    private static readonly HashSet<string> s_ownFolders = new(
        new[]
        {
            BackupNames.KeysFolder,
            BackupNames.LogFolder,
            BackupNames.PointsFolder,
            BackupNames.SegmentsFolder,
            BackupNames.SessionsFolder,
            BackupNames.LeasesFolder,
        }.Select(name => name.TrimEnd('/')),
        StringComparer.Ordinal
    );

    private int _folders;

    /// <summary>Looks at the top: files there, and folders whose names no backup can have.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<IReadOnlyList<RescanFinding>> FindAtTopAsync(CancellationToken cancellationToken)
    {
        var findings = new List<RescanFinding>();
        var entries = await repository.ListEntriesAsync("", cancellationToken).ConfigureAwait(false);
        foreach (var (name, kind) in entries)
        {
            var isFolder = kind == FolderEntryKind.Folder;
            if (isFolder ? ObjectNames.IsValid(name) || IsOfTheSystem(name) : name == BackupNames.Repository)
            {
                continue;
            }

            var within = isFolder ? await FindWithinAsync(name + "/", cancellationToken).ConfigureAwait(false) : [];
            findings.Add(
                kind switch
                {
                    FolderEntryKind.Link => RescanTexts.Link(name),
                    FolderEntryKind.Folder when within.Contains(name) => RescanTexts.Misnamed(name),
                    FolderEntryKind.Folder when within.Count > 0 => RescanTexts.Nested(
                        name,
                        within,
                        repository.Entry.Name
                    ),
                    FolderEntryKind.Folder => RescanTexts.ForeignFolder(name),
                    _ when name == BackupNames.Backup => RescanTexts.SpilledBackup(),
                    _ => RescanTexts.ForeignFile(name),
                }
            );
        }

        return findings;
    }

    /// <summary>Says what a folder of the top is that cannot be opened as a backup.</summary>
    /// <param name="folder">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<RescanFinding> ClassifyAsync(string folder, CancellationToken cancellationToken)
    {
        var entries = await repository.ListEntriesAsync(folder + "/", cancellationToken).ConfigureAwait(false);
        var names = entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var hasData = Has(BackupNames.PointsFolder) || Has(BackupNames.SegmentsFolder);
        if (names.Contains(BackupNames.Backup))
        {
            return hasData ? RescanTexts.WithoutLog(folder) : RescanTexts.Unfinished(folder);
        }

        if (names.Contains(BackupNames.SeedList))
        {
            return RescanTexts.HalfReceived(folder);
        }

        if (Has(BackupNames.LogFolder) && hasData)
        {
            return RescanTexts.Remains(folder);
        }

        var within = await FindWithinAsync(folder + "/", cancellationToken).ConfigureAwait(false);
        return within.Count > 0 ? RescanTexts.Nested(folder, within, repository.Entry.Name)
            : names.Contains(BackupNames.Repository) ? RescanTexts.InnerRepository(folder)
            : RescanTexts.ForeignFolder(folder);

        bool Has(string name) => names.Contains(name.TrimEnd('/'));
    }

    /// <summary>Looks for backups inside a backup's own folder: one that was copied onto another lies there.</summary>
    /// <param name="folder">The backup's folder.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none.</returns>
    internal async ValueTask<RescanFinding?> FindInBackupAsync(string folder, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (
            var (name, kind) in await repository.ListEntriesAsync(folder + "/", cancellationToken).ConfigureAwait(false)
        )
        {
            if (kind == FolderEntryKind.Folder && !s_ownFolders.Contains(name))
            {
                found.AddRange(await FindWithinAsync($"{folder}/{name}/", cancellationToken).ConfigureAwait(false));
            }
        }

        return found.Count > 0 ? RescanTexts.Nested(folder, found, repository.Entry.Name) : null;
    }

    /// <summary>Finds folders with a descriptor of a backup, in a folder and below.</summary>
    /// <param name="folder">The folder, with a slash behind it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Paths from the top down, without a slash behind them.</returns>
    private async ValueTask<IReadOnlyList<string>> FindWithinAsync(string folder, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var pending = new Queue<(string Folder, int Depth)>([(folder, 0)]);
        while (pending.TryDequeue(out var next) && _folders++ < MostFolders)
        {
            IReadOnlyList<FolderEntry> entries;
            try
            {
                entries = await repository.ListEntriesAsync(next.Folder, cancellationToken).ConfigureAwait(false);
            }
            catch (LonghaulException error) when (error.Code == "store.access-denied")
            {
                // A waste bin or somebody's own: nobody's to look into, and no reason to find nothing else.
                continue;
            }

            if (entries.Any(entry => entry is (BackupNames.Backup, FolderEntryKind.File)))
            {
                found.Add(next.Folder.TrimEnd('/'));
                continue;
            }

            foreach (var (name, kind) in next.Depth < Depth ? entries : [])
            {
                if (kind == FolderEntryKind.Folder)
                {
                    pending.Enqueue(($"{next.Folder}{name}/", next.Depth + 1));
                }
            }
        }

        return found;
    }

    /// <summary>What mkfs has put there, and what <c>repository add</c> probes with.</summary>
    private static bool IsOfTheSystem(string name) =>
        name == "lost+found" || name.StartsWith(".probe-", StringComparison.Ordinal);
}
