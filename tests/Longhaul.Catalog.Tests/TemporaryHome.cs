using Microsoft.Data.Sqlite;

namespace Longhaul.Catalog.Tests;

/// <summary>An empty folder that goes away with the test.</summary>
public sealed class TemporaryHome : IDisposable
{
    /// <summary>Absolute path; the folder itself does not exist yet.</summary>
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "longhaul-catalog-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
