namespace Longhaul.Testing;

/// <summary>A folder for one test, gone when disposed unless it is kept.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Where it is; empty at first.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("longhaul-").FullName;

    /// <summary>Path of something in it.</summary>
    /// <param name="name">Relative to <see cref="Path"/>.</param>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Whether it stays, for somebody to look at what went wrong.</summary>
    public bool IsKept { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsKept)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
