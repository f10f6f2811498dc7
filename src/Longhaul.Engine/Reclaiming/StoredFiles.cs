using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Reclaiming;

/// <summary>The point files and segments that lie in a backup's folder, finished or not.</summary>
/// <remarks>Files whose names no writer gives are left out: they are not ours to delete.</remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class StoredFiles
{
    private readonly SortedDictionary<string, long> _sizes = new(StringComparer.Ordinal);

    private readonly Dictionary<SegmentId, int> _generations = [];

    private StoredFiles() { }

    /// <summary>Lists them.</summary>
    /// <param name="store">The folder's content.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async ValueTask<StoredFiles> ListAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var files = new StoredFiles();
        foreach (var folder in new[] { BackupNames.PointsFolder, BackupNames.SegmentsFolder })
        {
            await files.AddAsync(store.ListUnfinishedAsync(folder, cancellationToken)).ConfigureAwait(false);
            await files.AddAsync(store.ListAsync(folder, cancellationToken)).ConfigureAwait(false);
        }

        return files;
    }

    /// <summary>Finds a file's size.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Bytes; 0 when it is not there.</returns>
    internal long SizeOf(string name) => _sizes.GetValueOrDefault(name);

    /// <summary>The files that a state neither lists nor condemns.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Their names, in ordinal order.</returns>
    internal IEnumerable<string> Unlisted(BackupState state)
    {
        var listed = state
            .Machines.Values.SelectMany(machine => machine.Tables.Select(table => table.File))
            .Concat(state.Segments.Values.Select(segment => BackupNames.SegmentFile(segment.Id, segment.Generation)))
            .ToHashSet(StringComparer.Ordinal);
        return _sizes.Keys.Where(name => !listed.Contains(name) && !state.CondemnedFiles.ContainsKey(name));
    }

    /// <summary>The greatest generation of a segment that lies there, finished or not.</summary>
    /// <param name="segment">The segment.</param>
    /// <returns>0 when there is none.</returns>
    internal int NewestGenerationOf(SegmentId segment) => _generations.GetValueOrDefault(segment);

    private async ValueTask AddAsync(IAsyncEnumerable<StoredObject> files)
    {
        await foreach (var file in files.ConfigureAwait(false))
        {
            if (BackupNames.IsData(file.Name))
            {
                _sizes[file.Name] = file.Length;
                if (BackupNames.TryParseSegmentFile(file.Name, out var segment, out var generation))
                {
                    _generations[segment] = Math.Max(NewestGenerationOf(segment), generation);
                }
            }
        }
    }
}
