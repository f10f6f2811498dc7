using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Backups;

namespace Longhaul.Jobs.Repositories;

/// <summary>One scan: first every folder is looked at, then it is settled which is which.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class RescanRun(
    Workplace workplace,
    OpenRepository repository,
    IReadOnlyList<BackupEntry> known,
    IReadOnlyList<JobDefinition> jobs
)
{
    private readonly ForeignContent _foreign = new(repository);
    private readonly Dictionary<string, BackupEntry> _known = known.ToDictionary(
        entry => entry.Folder,
        StringComparer.Ordinal
    );
    private readonly List<FoundFolder> _found = [];

    /// <summary>Folders that may be backups and cannot be read: what is known of them stays.</summary>
    private readonly HashSet<string> _unread = new(StringComparer.Ordinal);
    private readonly List<BackupEntry> _backups = [];
    private readonly List<string> _new = [];
    private readonly List<string> _vanished = [];
    private readonly List<DamagedFolder> _damaged = [];
    private readonly List<string> _noBackups = [];
    private readonly List<RescanFinding> _findings = [];

    /// <summary>Looks at every folder, and remembers what those say that are what they were.</summary>
    internal async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        foreach (var folder in await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            await TryAsync(folder, LookAsync, cancellationToken).ConfigureAwait(false);
        }

        _findings.AddRange(await _foreign.FindAtTopAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Settles what became of the folders the catalog knows, and where the others come from.</summary>
    internal async ValueTask SettleAsync(CancellationToken cancellationToken)
    {
        var matching = FolderMatching.Of(known, _found, _unread);
        var moves = matching.Moved.Select(move => (move.Value, move.Key)).ToList();
        await new BackupMoves(workplace.Catalog)
            .ApplyAsync(matching.Vanished, moves, cancellationToken)
            .ConfigureAwait(false);
        foreach (
            var folder in _found.Select(found => found.Folder).Except(_backups.Select(entry => entry.Folder)).ToList()
        )
        {
            await TryAsync(
                    folder,
                    (backup, token) => SettleAsync(backup, matching.Moved.GetValueOrDefault(folder), matching, token),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        foreach (var entry in matching.Vanished)
        {
            _vanished.Add(entry.Folder);
            var elsewhere = await FindElsewhereAsync(entry, cancellationToken).ConfigureAwait(false);
            _findings.Add(RescanTexts.Vanished(entry, WritersOf(entry.BackupId, entry.Owner), elsewhere));
        }

        foreach (
            var group in _backups
                .Where(entry => !entry.InstanceId.IsEmpty)
                .GroupBy(entry => entry.InstanceId)
                .Where(group => group.Count() > 1)
        )
        {
            var first = group.First();
            _findings.Add(
                RescanTexts.Duplicate(
                    [.. group.Select(entry => entry.Folder).Order(StringComparer.Ordinal)],
                    WritersOf(first.BackupId, first.Owner)
                )
            );
        }
    }

    internal RescanReport Report() =>
        new(
            [.. _backups.OrderBy(entry => entry.Folder, StringComparer.Ordinal)],
            [.. _new.Order(StringComparer.Ordinal)],
            [.. _vanished.Order(StringComparer.Ordinal)],
            _damaged,
            _noBackups,
            [.. _findings.OrderBy(finding => finding.Kind).ThenBy(finding => finding.Folder, StringComparer.Ordinal)]
        );

    /// <summary>Opens a folder and does something with it; one that is no backup, or cannot be read, is noted.</summary>
    private async ValueTask TryAsync(
        string folder,
        Func<OpenBackup, CancellationToken, ValueTask> look,
        CancellationToken cancellationToken
    )
    {
        LonghaulException? error = null;
        try
        {
            using var backup = await repository
                .OpenBackupAsync(folder, wire: null, cancellationToken)
                .ConfigureAwait(false);
            if (backup is not null)
            {
                await look(backup, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
        catch (LonghaulException found) when (OpenRepository.IsUnreadable(found))
        {
            error = found;
        }
        catch (LonghaulException found) when (found.Code == "store.access-denied" && !_known.ContainsKey(folder))
        {
            // Somebody's own is no reason to find nothing else; of a known backup it must not be said that it is gone.
            await NoteAsync(RescanTexts.ForbiddenFolder(folder), cancellationToken).ConfigureAwait(false);
            return;
        }

        // Looked at once more where it could not be read: it may be deleted at this moment, its descriptor first.
        var what =
            error is not null
            && await repository
                .Folder(folder)
                .GetLengthAsync(BackupNames.Backup, cancellationToken)
                .ConfigureAwait(false)
                is not null
                ? RescanTexts.Damaged(
                    folder,
                    error,
                    await FindGapsAsync(folder, cancellationToken).ConfigureAwait(false)
                )
                : await _foreign.ClassifyAsync(folder, cancellationToken).ConfigureAwait(false);
        await NoteAsync(what, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask NoteAsync(RescanFinding what, CancellationToken cancellationToken)
    {
        _findings.Add(what);
        _found.RemoveAll(found => found.Folder == what.Folder);
        if (what.Kind == RescanKind.Damaged)
        {
            _unread.Add(what.Folder);
            _damaged.Add(new DamagedFolder(what.Folder, what.Code!, what.Message, what.Hint));
            await workplace
                .Cache.SaveUnreadableAsync(repository.Entry.Id, what.Folder, what.Message, cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        _noBackups.Add(what.Folder);
        if (what.Kind is RescanKind.Remains)
        {
            _unread.Add(what.Folder);
        }
    }

    private async ValueTask LookAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var folder = backup.Folder;
        _found.Add(new FoundFolder(folder.Name, folder.Descriptor.Id, folder.Instance, folder.IsAtHome));
        if (await _foreign.FindInBackupAsync(folder.Name, cancellationToken).ConfigureAwait(false) is { } nested)
        {
            _findings.Add(nested);
        }

        if (
            _known.GetValueOrDefault(folder.Name) is { } entry
            && (entry.InstanceId.IsEmpty || entry.InstanceId == folder.Instance)
        )
        {
            await SaveAsync(backup, entry, arrived: false, cancellationToken).ConfigureAwait(false);
            await SayHistoryAsync(backup, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Remembers what a folder says that is not known under its name, and says where it comes from.</summary>
    private async ValueTask SettleAsync(
        OpenBackup backup,
        BackupEntry? before,
        FolderMatching matching,
        CancellationToken cancellationToken
    )
    {
        var name = backup.Folder.Name;
        var here = repository.Entry.Name;
        if (before is not null || matching.Known.Contains(name))
        {
            var entry = await SaveAsync(backup, before ?? _known[name], arrived: false, cancellationToken)
                .ConfigureAwait(false);
            if (before is not null)
            {
                _findings.Add(RescanTexts.Renamed(entry, before.Folder, here));
            }

            await SayHistoryAsync(backup, cancellationToken).ConfigureAwait(false);
            return;
        }

        var arrival = await new ArrivalSearch(workplace, repository.Entry.Id, jobs)
            .FindAsync(backup, cancellationToken)
            .ConfigureAwait(false);
        var contradiction = arrival is { IsReturned: false, MovedFrom: null }
            ? null
            : await workplace.Cache.CompareWithSeenAsync(backup, cancellationToken).ConfigureAwait(false);
        var saved = await SaveAsync(backup, before: null, !arrival.IsMadeHere, cancellationToken).ConfigureAwait(false);
        _new.Add(name);
        if (arrival.MovedFrom is { } from)
        {
            await new BackupMoves(workplace.Catalog)
                .ApplyAsync(arrival.Left, [], cancellationToken)
                .ConfigureAwait(false);
            var lost = jobs.Where(job => job.Backup == saved.BackupId && job.Repository != repository.Entry.Id);
            _findings.Add(RescanTexts.MovedHere(saved, from, here, [.. lost], contradiction));
            return;
        }

        _findings.Add(
            arrival.IsReturned
                ? RescanTexts.Returned(saved, contradiction)
                : RescanTexts.New(saved, here, arrival.CopyOf, arrival.IsMadeHere, FindAwaiting(saved.BackupId))
        );
    }

    /// <summary>The job whose seed it is, and that is not mapped to it yet.</summary>
    private JobDefinition? FindAwaiting(BackupId backup) =>
        jobs.FirstOrDefault(job =>
            job.Repository == repository.Entry.Id
            && job.AwaitedSeed is { IsMapped: false } seed
            && seed.Backup == backup
        );

    private async ValueTask SayHistoryAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        if (
            await workplace.Cache.FindContradictionAsync(backup, cancellationToken).ConfigureAwait(false) is
            { } contradiction
        )
        {
            _findings.Add(RescanTexts.History(backup.Folder.Name, contradiction));
        }
    }

    private async ValueTask<BackupEntry> SaveAsync(
        OpenBackup backup,
        BackupEntry? before,
        bool arrived,
        CancellationToken cancellationToken
    )
    {
        var faults = await StructureCheck.FindSettledFaultsAsync(backup, cancellationToken).ConfigureAwait(false);
        var entry = await workplace.Cache.SaveAsync(backup, arrived, faults, cancellationToken).ConfigureAwait(false);
        _backups.Add(entry);
        var gaps = await FindGapsAsync(backup.Folder.Name, cancellationToken).ConfigureAwait(false);
        if (faults.Count + gaps.Count > 0)
        {
            _findings.Add(RescanTexts.Incomplete(entry, [.. gaps, .. faults]));
        }
        else if (before?.Faults.Count > 0)
        {
            _findings.Add(RescanTexts.Mended(entry));
        }

        if (entry.State == BackupState.Locked)
        {
            _findings.Add(RescanTexts.Locked(entry, repository.Entry.Name, backup.Folder.Hints));
        }

        return entry;
    }

    private async ValueTask<string?> FindElsewhereAsync(BackupEntry entry, CancellationToken cancellationToken)
    {
        if (entry.InstanceId.IsEmpty)
        {
            return null;
        }

        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var all = await work.Backups.ListAsync(repository: null, cancellationToken).ConfigureAwait(false);
        var copy = all.FirstOrDefault(other =>
            other.InstanceId == entry.InstanceId
            && (other.Repository != entry.Repository || _backups.Any(backup => backup.Folder == other.Folder))
        );
        return copy is null ? null
            : await work.Repositories.FindAsync(copy.Repository, cancellationToken).ConfigureAwait(false) is { } place
                ? $"{place.Name}/{copy.Folder}"
            : copy.Folder;
    }

    private ValueTask<IReadOnlyList<string>> FindGapsAsync(string folder, CancellationToken cancellationToken) =>
        StructureCheck.FindGapsAsync(repository.Folder(folder), cancellationToken);

    /// <summary>The jobs whose backup it is.</summary>
    private List<JobDefinition> WritersOf(BackupId backup, JobId? owner) =>
        [
            .. jobs.Where(job =>
                job.Backup == backup && job.Repository == repository.Entry.Id && (owner is null || job.Id == owner)
            ),
        ];
}
