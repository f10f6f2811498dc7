using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>What interrupted runs leave behind, and reclaim is to take away.</summary>
internal static class Leavings
{
    /// <summary>Reclaims all there is to reclaim in a repository.</summary>
    /// <param name="home">The home that reclaims.</param>
    /// <param name="repository">The repository's name there.</param>
    public static Task ReclaimAsync(string home, string repository) =>
        ReclaimAsync(line => Site.RunAtAsync(home, line), repository);

    /// <summary>Reclaims all there is to reclaim in a repository.</summary>
    /// <param name="run">Runs a command line on the home that reclaims.</param>
    /// <param name="repository">The repository's name there.</param>
    public static async Task ReclaimAsync(Func<string, Task<Outcome>> run, string repository)
    {
        // The first condemns what no record lists, the second deletes it.
        for (var time = 0; time < 2; time++)
        {
            (await run($"repository reclaim {repository} --full --reclaim-delay 0")).Ended(0);
        }
    }

    /// <summary>Finds the files that nothing needs any more.</summary>
    /// <param name="backup">The backup's folder.</param>
    /// <returns>Their names in it.</returns>
    public static async Task<IReadOnlyList<string>> FindAsync(string backup)
    {
        var token = TestContext.Current.CancellationToken;
        using var folder = await BackupFolder.OpenAsync(
            new DirectoryStore(backup),
            Path.GetFileName(backup),
            open: null,
            TimeProvider.System,
            token
        );
        Assert.NotNull(folder);
        var listed = folder
            .State.Machines.Values.SelectMany(machine => machine.Tables.Select(table => table.File))
            .Concat(
                folder.State.Segments.Values.Select(segment => BackupNames.SegmentFile(segment.Id, segment.Generation))
            )
            .Append(BackupNames.Backup)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Directory
                .EnumerateFiles(backup, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(backup, file))
                .Where(file => !listed.Contains(file) && !BackupNames.TryParseRecord(file, out _))
                .Where(file => !file.StartsWith(BackupNames.KeysFolder, StringComparison.Ordinal))
                .Where(file => file != BackupNames.SeedList),
        ];
    }
}
