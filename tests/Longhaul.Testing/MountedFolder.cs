namespace Longhaul.Testing;

/// <summary>A small file system of its own, mounted for one test; needs the superuser.</summary>
public sealed class MountedFolder : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _mountArguments;

    private MountedFolder(params string[] mountArguments)
    {
        _mountArguments = mountArguments;
        Directory.CreateDirectory(Path);
    }

    /// <summary>The mount point.</summary>
    public string Path => _folder["mounted"];

    private string Image => _folder["image"];

    /// <summary>Mounts a file system in memory; skips the test for others than the superuser.</summary>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<MountedFolder> MountAsync(long size, CancellationToken cancellationToken)
    {
        Require.Root();
        var mounted = new MountedFolder("-t", "tmpfs", "-o", $"size={size}", "longhaul-test");
        return await mounted.PreparedAsync(() => Task.CompletedTask, cancellationToken);
    }

    /// <summary>Mounts a file system on a loop device; skips the test where there is none.</summary>
    /// <param name="fileSystem"><c>ext4</c> or <c>xfs</c>, which needs 300 MiB.</param>
    /// <param name="size">Its size in bytes; the file behind it is sparse.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public static async Task<MountedFolder> MountLoopAsync(
        string fileSystem,
        long size,
        CancellationToken cancellationToken
    )
    {
        Require.Loop();
        var make = Require.Tool($"mkfs.{fileSystem}");
        var mounted = new MountedFolder("-t", fileSystem, "-o", "loop");
        return await mounted.PreparedAsync(
            async () =>
            {
                await using (var image = File.Create(mounted.Image))
                {
                    image.SetLength(size);
                }

                await ExternalTool.RunAsync(make, ["-q", mounted.Image], cancellationToken);
            },
            cancellationToken
        );
    }

    /// <summary>Makes it read-only.</summary>
    public Task MakeReadOnlyAsync(CancellationToken cancellationToken) =>
        ExternalTool.RunAsync(Require.Tool("mount"), ["-o", "remount,ro", Path], cancellationToken);

    /// <summary>XFS only: takes the power away. What was not flushed is lost, and every further call fails.</summary>
    /// <remarks>Source: xfs_io(8): without <c>-f</c> the log is not flushed either.</remarks>
    public Task CutPowerAsync(CancellationToken cancellationToken) =>
        ExternalTool.RunAsync(Require.Tool("xfs_io"), ["-x", "-c", "shutdown", Path], cancellationToken);

    /// <summary>Unmounts it, and mounts it again as a machine does that starts: the log is recovered.</summary>
    public async Task RemountAsync(CancellationToken cancellationToken)
    {
        await UnmountAsync(cancellationToken);
        await MountAgainAsync(cancellationToken);
    }

    /// <summary>Mounts it after it was unmounted.</summary>
    public Task MountAgainAsync(CancellationToken cancellationToken) =>
        ExternalTool.RunAsync(Require.Tool("mount"), MountLine, cancellationToken);

    /// <summary>Unmounts it; the empty mount point stays.</summary>
    public Task UnmountAsync(CancellationToken cancellationToken) =>
        ExternalTool.RunAsync(Require.Tool("umount"), [Path], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (IsMounted())
        {
            // Whoever still has a file open there keeps nothing mounted after him; the loop device goes with the mount.
            await ExternalTool.RunAsync(Require.Tool("umount"), ["--lazy", Path], CancellationToken.None);
        }

        _folder.Dispose();
    }

    private string[] MountLine =>
        _mountArguments.Contains("loop") ? [.. _mountArguments, Image, Path] : [.. _mountArguments, Path];

    private async Task<MountedFolder> PreparedAsync(Func<Task> prepare, CancellationToken cancellationToken)
    {
        try
        {
            await prepare();
            var (exitCode, _) = await ExternalTool.TryRunAsync(
                Require.Tool("mount"),
                MountLine,
                null,
                cancellationToken
            );
            Require.That("mount", exitCode == 0);
            return this;
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    // Asked of the system: a mount that was cancelled may have been made all the same.
    private bool IsMounted() => File.ReadLines("/proc/self/mounts").Any(line => line.Split(' ')[1] == Path);
}
