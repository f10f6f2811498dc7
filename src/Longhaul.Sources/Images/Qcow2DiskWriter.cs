using System.Globalization;
using Longhaul.Core;

namespace Longhaul.Sources.Images;

/// <summary>Writes a new qcow2 image through a qemu-nbd of its own; what is not written reads as zeros.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class Qcow2DiskWriter : IAsyncDisposable
{
    private const int SectorSize = 512;

    private readonly string _path;
    private readonly QemuNbdServer _server;
    private readonly NbdConnection _connection;

    private Qcow2DiskWriter(string path, QemuNbdServer server, NbdConnection connection)
    {
        _path = path;
        _server = server;
        _connection = connection;
    }

    /// <summary>Makes an empty image and opens it.</summary>
    /// <param name="path">Absolute path; a file that is there is replaced.</param>
    /// <param name="size">Size of the disk, in bytes; rounded up to sectors of 512, which qcow2 counts in.</param>
    /// <param name="cancellationToken">Cancels the call; a file may be left.</param>
    /// <exception cref="IOException">QEMU's reason.</exception>
    /// <exception cref="LonghaulException">tool.missing.</exception>
    public static async Task<Qcow2DiskWriter> CreateAsync(string path, long size, CancellationToken cancellationToken)
    {
        var rounded = (size + SectorSize - 1) / SectorSize * SectorSize;
        await RunAsync(
                ["create", "-q", "-f", "qcow2", path, rounded.ToString(CultureInfo.InvariantCulture)],
                cancellationToken
            )
            .ConfigureAwait(false);

        // Not persistent: it closes the image in order when its one connection ends.
        var server = QemuNbdServer.Start(path, "qcow2");
        try
        {
            var connection =
                await server.TryConnectAsync(cancellationToken).ConfigureAwait(false)
                ?? throw new IOException(server.Complaint);
            return new Qcow2DiskWriter(path, server, connection);
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Writes a range.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="content">Up to 32 MiB.</param>
    /// <exception cref="IOException">The server's error.</exception>
    public void Write(long offset, ReadOnlySpan<byte> content) => _connection.Write(offset, content);

    /// <summary>Flushes and closes the image, and has it checked.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">It cannot be relied on.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _connection.Flush();
        _connection.Dispose();
        await _server.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_server.Complaint is { Length: > 0 } complaint)
        {
            throw new IOException(complaint);
        }

        await RunAsync(["check", "-q", "-f", "qcow2", _path], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var (exitCode, _, reason) = await QemuTool.RunImgAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
        {
            throw new IOException(reason);
        }
    }
}
