using System.Collections.Concurrent;
using Longhaul.Core;

namespace Longhaul.Sources.Images;

/// <summary>Reads a disk image of any format QEMU knows, through a qemu-nbd of its own.</summary>
/// <remarks>
/// <para>Trusted is the image as its owner made it: the backing files and extents that it names are read with this
/// process's rights, wherever they lie. <see cref="ImageInspection"/> refuses those that are no local files or whose
/// format would have to be guessed.</para>
/// <para>Several connections, so that as many reads are under way at a time. Memory: what qemu-nbd takes, and the map of
/// the allocation of at most 2 GiB of disk.</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread, but disposing.</threadsafety>
internal sealed class ImageDiskSource : IDiskSource
{
    /// <summary>Reads under way at a time.</summary>
    private const int Connections = 4;

    private readonly QemuNbdServer _server;
    private readonly string _machine;
    private readonly string _disk;
    private readonly ConcurrentBag<NbdConnection> _free;
    private readonly SemaphoreSlim _turn = new(Connections);
    private AllocationMap _map = AllocationMap.Nothing;

    private ImageDiskSource(
        QemuNbdServer server,
        IReadOnlyList<NbdConnection> connections,
        string machine,
        string disk,
        string path
    )
    {
        _server = server;
        _free = [.. connections];
        _machine = machine;
        _disk = disk;
        Path = path;
        Size = connections[0].Size;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public long Size { get; }

    /// <summary>Opens an image.</summary>
    /// <param name="machine">The machine's name, for errors.</param>
    /// <param name="disk">The disk's identity, for errors.</param>
    /// <param name="path">Absolute path of the image.</param>
    /// <param name="format">Its format in QEMU's words.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">disk.image-unreadable with QEMU's reason; tool.missing.</exception>
    internal static async Task<ImageDiskSource> OpenAsync(
        string machine,
        string disk,
        string path,
        string format,
        CancellationToken cancellationToken
    )
    {
        var server = QemuNbdServer.Start(path, format, "--read-only", "--persistent", $"--shared={Connections}");
        var connections = new List<NbdConnection>();
        try
        {
            while (connections.Count < Connections)
            {
                connections.Add(
                    await server.TryConnectAsync(cancellationToken).ConfigureAwait(false)
                        ?? throw Errors.DiskImageUnreadable(machine, disk, path, server.Complaint)
                );
            }

            return new ImageDiskSource(server, connections, machine, disk, path);
        }
        catch
        {
            connections.ForEach(connection => connection.Dispose());
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DataExtent?> NextDataAsync(long offset, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Size);
        while (offset < Size)
        {
            var map = Volatile.Read(ref _map);
            if (!map.Covers(offset))
            {
                var from = offset;
                var stretches = await UseAsync(from, connection => connection.ReadStatus(from), cancellationToken)
                    .ConfigureAwait(false);
                map = AllocationMap.Of(from, Size, stretches);
                Volatile.Write(ref _map, map);
            }

            if (map.Find(offset) is { } extent)
            {
                return extent;
            }

            offset = map.End;
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, Size, nameof(offset));
        await UseAsync(
                offset,
                connection =>
                {
                    connection.Read(offset, destination.Span);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _free)
        {
            connection.Dispose();
        }

        await _server.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private async Task<T> UseAsync<T>(long offset, Func<NbdConnection, T> call, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        _ = _free.TryTake(out var connection);
        try
        {
            return await Task.Run(() => call(connection!), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException cause)
        {
            var said = _server.Complaint;
            throw Errors.DiskReadError(
                _machine,
                _disk,
                Path,
                offset,
                said.Length > 0 ? $"{cause.Message} ({said})" : cause.Message,
                cause
            );
        }
        finally
        {
            _free.Add(connection!);
            _turn.Release();
        }
    }
}
