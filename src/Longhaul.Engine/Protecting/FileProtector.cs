using Longhaul.Core;
using Longhaul.Core.Protecting;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Protecting;

/// <summary>Protects the files that a backup's protected points need, and lifts what is due.</summary>
/// <remarks>
/// <para>What should be follows from the log and the ledger, so it does not matter where an earlier call was cut off. The
/// ledger is written before a file is protected and after one is lifted: a file that is protected and not in it was left by
/// an owner whose memory is lost, and stays as long as the last protection that the log tells of, and seven days at least.</para>
/// <para>With the points' files go backup.json, the key lists and the whole log: all of it, so that it has no gap when what is
/// not protected is taken away, and ends with a record that lists the points.</para>
/// </remarks>
/// <param name="folder">The backup, on the side of its store; stays the caller's.</param>
/// <param name="ledger">Until when its files are protected.</param>
/// <threadsafety>One caller at a time; the ledger's owner sees to it that there is one in all processes.</threadsafety>
public sealed class FileProtector(BackupFolder folder, IProtectionLedger ledger)
{
    private readonly IObjectProtection _protection = folder.Store.Protection;

    /// <summary>Does it.</summary>
    /// <param name="now">What the protected clock shows.</param>
    /// <param name="cancellationToken">Cancels between files; the next call goes on.</param>
    /// <exception cref="LonghaulException">data errors of the log, store errors. That files cannot be protected here is no
    /// error: the report says so.</exception>
    public async ValueTask<ProtectionReport> RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var known = ledger.Read();
        if (
            folder.State.ProtectedTime is null
            && known.Count == 0
            && await _protection.IsProtectedAsync(BackupNames.Backup, cancellationToken).ConfigureAwait(false) != true
        )
        {
            return ProtectionReport.None;
        }

        var needed = new Dictionary<string, DateTimeOffset>(ProtectedFiles.Of(folder.State, now));
        var present = await PresentAsync(cancellationToken).ConfigureAwait(false);
        DateTimeOffset? last = needed.Count == 0 ? null : needed.Values.Max();
        if (last is { } end)
        {
            foreach (var name in present.Where(name => !BackupNames.IsData(name)))
            {
                needed[name] = end;
            }
        }

        var files = await MergeAsync(known, needed, present, now, cancellationToken).ConfigureAwait(false);
        ledger.Write(files);
        var kept = files.Where(file => file.Value > now).Select(file => file.Key).ToHashSet(StringComparer.Ordinal);
        var report = new ProtectionReport(kept, 0, 0, files.Count == 0 ? null : files.Values.Max());
        try
        {
            report = report with { Set = await SetAsync(kept, cancellationToken).ConfigureAwait(false) };
            var lifted = await LiftAsync(files, now, cancellationToken).ConfigureAwait(false);
            return report with { Lifted = lifted, Until = files.Count == 0 ? null : report.Until };
        }
        catch (LonghaulException error) when (error.Code is "store.protect-unsupported" or "store.access-denied")
        {
            return report with { Problem = error };
        }
    }

    /// <summary>The files of the folder that may come under protection.</summary>
    private async ValueTask<HashSet<string>> PresentAsync(CancellationToken cancellationToken)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var under in new[]
            {
                BackupNames.LogFolder,
                BackupNames.KeysFolder,
                BackupNames.PointsFolder,
                BackupNames.SegmentsFolder,
            }
        )
        {
            await foreach (var file in folder.Store.ListAsync(under, cancellationToken).ConfigureAwait(false))
            {
                present.Add(file.Name);
            }
        }

        present.Add(BackupNames.Backup);
        return present;
    }

    /// <summary>What is remembered, what is needed, and what is protected and was forgotten; the longest counts.</summary>
    /// <remarks>A file that is not there is remembered until it is due: its folder may have been moved away to be brought back
    /// when it is forgotten.</remarks>
    private async ValueTask<Dictionary<string, DateTimeOffset>> MergeAsync(
        IReadOnlyDictionary<string, DateTimeOffset> known,
        Dictionary<string, DateTimeOffset> needed,
        HashSet<string> present,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var files = known
            .Where(file => file.Value > now || present.Contains(file.Key))
            .ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        foreach (var (name, until) in needed.Where(file => present.Contains(file.Key)))
        {
            files[name] = files.TryGetValue(name, out var before) && before > until ? before : until;
        }

        var least = ProtectionTerm.Of(now, ProtectedTime.MostUnproven).Until;
        var ever = folder.State.Points.Max(point => point.ProtectedUntil);
        foreach (var name in present.Where(name => !known.ContainsKey(name)))
        {
            if (await _protection.IsProtectedAsync(name, cancellationToken).ConfigureAwait(false) == true)
            {
                var atLeast = ever > least ? ever.Value : least;
                files[name] = files.TryGetValue(name, out var until) && until > atLeast ? until : atLeast;
            }
        }

        return files;
    }

    private async ValueTask<int> SetAsync(IReadOnlySet<string> names, CancellationToken cancellationToken)
    {
        var set = 0;
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (await _protection.IsProtectedAsync(name, cancellationToken).ConfigureAwait(false) == false)
            {
                await _protection.ProtectAsync(name, cancellationToken).ConfigureAwait(false);
                set++;
            }
        }

        return set;
    }

    private async ValueTask<int> LiftAsync(
        Dictionary<string, DateTimeOffset> files,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        string[] due = [.. files.Where(file => file.Value <= now).Select(file => file.Key)];
        foreach (var name in due)
        {
            await _protection.UnprotectAsync(name, cancellationToken).ConfigureAwait(false);
            files.Remove(name);
        }

        if (due.Length > 0)
        {
            ledger.Write(files);
        }

        return due.Length;
    }
}
