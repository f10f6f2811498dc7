using Longhaul.Storage.Blocks;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Backups;

/// <summary>A backup and what it takes to read it.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class OpenBackup : IDisposable
{
    /// <summary>Takes over an opened folder.</summary>
    /// <param name="folder">The folder; disposed with this.</param>
    /// <param name="repository">The repository it lies in.</param>
    /// <param name="repositoryName">That repository's name, for people.</param>
    /// <param name="near">Tables that are kept nearer than the repository; null: none are.</param>
    /// <param name="far">Reads it where it lies; null where that is this machine.</param>
    public OpenBackup(
        BackupFolder folder,
        RepositoryId repository,
        string repositoryName,
        TableCache? near = null,
        IFarSide? far = null
    )
    {
        Far = far;
        Folder = folder;
        Folder.Place = repository;
        Folder.Near = near;
        Repository = repository;
        RepositoryName = repositoryName;
        Tables = new PointTables(folder);
        Frames = new FrameReader(folder);
    }

    /// <summary>The log and the store.</summary>
    public BackupFolder Folder { get; }

    /// <summary>The repository the folder lies in.</summary>
    public RepositoryId Repository { get; }

    /// <summary>That repository's name.</summary>
    public string RepositoryName { get; }

    /// <summary>Reads it where it lies, across a line; null where reading here costs nothing.</summary>
    public IFarSide? Far { get; }

    /// <summary>Block tables of its points.</summary>
    public PointTables Tables { get; }

    /// <summary>Blocks of its segments.</summary>
    public FrameReader Frames { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Frames.Dispose();
        Folder.Dispose();
    }
}
