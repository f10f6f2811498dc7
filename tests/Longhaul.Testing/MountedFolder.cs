namespace Longhaul.Testing;

/// <summary>A small file system in memory, mounted for one test; needs the superuser.</summary>
public sealed class MountedFolder : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _mounted;

    private MountedFolder() { }

    /// <summary>The mount point.</summary>
    public string Path => _folder.Path;

    /// <summary>Mounts a file system; skips the test for others than the superuser.</summary>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<MountedFolder> MountAsync(long size, CancellationToken cancellationToken)
    {
        Require.Root();
        var mounted = new MountedFolder();
        string[] arguments = ["-t", "tmpfs", "-o", $"size={size}", "longhaul-test", mounted.Path];
        var (exitCode, _) = await ExternalTool.TryRunAsync(Require.Tool("mount"), arguments, null, cancellationToken);
        mounted._mounted = exitCode == 0;
        Require.That("mount", mounted._mounted);
        return mounted;
    }

    /// <summary>Makes it read-only.</summary>
    public Task MakeReadOnlyAsync(CancellationToken cancellationToken) =>
        ExternalTool.RunAsync(Require.Tool("mount"), ["-o", "remount,ro", Path], cancellationToken);

    /// <summary>Unmounts it; the empty mount point stays.</summary>
    public async Task UnmountAsync(CancellationToken cancellationToken)
    {
        await ExternalTool.RunAsync(Require.Tool("umount"), [Path], cancellationToken);
        _mounted = false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            await UnmountAsync(CancellationToken.None);
        }

        _folder.Dispose();
    }
}
