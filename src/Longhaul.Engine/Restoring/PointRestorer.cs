using System.Buffers;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Engine.Pipelines;
using Longhaul.Engine.Progress;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Points;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Restoring;

/// <summary>Writes the disks of a restore point to files, with the machine's configuration beside them, or to a device.</summary>
/// <remarks>
/// <para>In a file zero blocks become holes. Every block is checked against the digest in the table before it is written. A file
/// appears under its name only when it is whole and flushed. Memory: a window of blocks.</para>
/// </remarks>
/// <param name="tables">The backup's tables.</param>
/// <param name="frames">Reads its blocks.</param>
/// <param name="progress">Hears how far it is; null for nobody.</param>
/// <threadsafety>One restore at a time.</threadsafety>
public sealed class PointRestorer(PointTables tables, FrameReader frames, IRunProgress? progress)
{
    private const int Window = 6;

    /// <summary>Restores a point to files.</summary>
    /// <param name="point">A visible point.</param>
    /// <param name="folder">Where the files go; made if it is not there.</param>
    /// <param name="format">What kind of files.</param>
    /// <param name="disk">The one disk wanted; null for all.</param>
    /// <param name="overwrite">Whether files that are there already may be replaced.</param>
    /// <param name="cancellationToken">Cancels the restore; nothing is left under the files' names.</param>
    /// <returns>The files.</returns>
    /// <exception cref="LonghaulException">restore.exists, restore.no-disk, point.not-found, tool.missing, data and store
    /// errors.</exception>
    public async Task<RestoreResult> RestoreAsync(
        PointId point,
        string folder,
        RestoreFormat format,
        string? disk,
        bool overwrite,
        CancellationToken cancellationToken
    )
    {
        var view = await tables.ViewAsync(point, cancellationToken).ConfigureAwait(false);
        var disks = Choose(view, disk);
        MakeFolder(folder);
        var ending = format == RestoreFormat.Qcow2 ? ".qcow2" : ".raw";
        var paths = disks
            .Select(found => Path.GetFullPath(Path.Combine(folder, FileNameOf(found.Id) + ending)))
            .ToArray();
        var taken = paths.FirstOrDefault(Path.Exists);
        if (taken is not null && !overwrite)
        {
            throw Errors.RestoreExists(taken);
        }

        var machine = progress?.Begin(view.Header.MachineName, "restoring", disks.Sum(found => found.Size));
        var files = new List<RestoredFile>();
        for (var i = 0; i < disks.Length; i++)
        {
            IRestoreTarget target =
                format == RestoreFormat.Qcow2
                    ? await Qcow2FileTarget
                        .CreateAsync(paths[i], disks[i].Size, cancellationToken)
                        .ConfigureAwait(false)
                    : RawFileTarget.Create(paths[i], disks[i].Size);
            await WriteAsync(disks[i], target, machine, cancellationToken).ConfigureAwait(false);
            files.Add(new RestoredFile(disks[i].Id, paths[i], disks[i].Size));
        }

        await MachineDescription
            .WriteAsync(view, files, Path.Combine(folder, "machine.json"), cancellationToken)
            .ConfigureAwait(false);
        return new RestoreResult(point, files, frames.BytesRead);
    }

    /// <summary>Restores one disk of a point to a device, zeros included.</summary>
    /// <param name="point">A visible point.</param>
    /// <param name="device">Where to; stays the caller's.</param>
    /// <param name="disk">The disk wanted; null when the point has only one.</param>
    /// <param name="cancellationToken">Cancels the restore; the device is then half written.</param>
    /// <returns>The device, as the one file.</returns>
    /// <exception cref="LonghaulException">restore.several-disks, restore.device-too-small, restore.no-disk,
    /// point.not-found, data and store errors.</exception>
    public async Task<RestoreResult> RestoreAsync(
        PointId point,
        RestoreDevice device,
        string? disk,
        CancellationToken cancellationToken
    )
    {
        var view = await tables.ViewAsync(point, cancellationToken).ConfigureAwait(false);
        if (Choose(view, disk) is not [var only])
        {
            throw Errors.RestoreSeveralDisks(view.Header.MachineName, [.. view.Disks.Select(found => found.Id)]);
        }

        var target = device.Begin(only.Id, only.Size);
        var machine = progress?.Begin(view.Header.MachineName, "restoring", only.Size);
        await WriteAsync(only, target, machine, cancellationToken).ConfigureAwait(false);
        return new RestoreResult(point, [new RestoredFile(only.Id, device.Path, only.Size)], frames.BytesRead);
    }

    private static void MakeFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            throw FileFailure.Of(folder, error);
        }
    }

    private static DiskView[] Choose(PointView view, string? disk)
    {
        var disks = view.Disks.Where(candidate => disk is null || candidate.Id == disk).ToArray();
        return disks.Length > 0
            ? disks
            : throw Errors.RestoreNoDisk(
                disk ?? "",
                view.Header.MachineName,
                [.. view.Disks.Select(found => found.Id)]
            );
    }

    private static string FileNameOf(string disk) =>
        string.Concat(disk.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));

    private async Task WriteAsync(
        DiskView disk,
        IRestoreTarget target,
        IMachineProgress? machine,
        CancellationToken cancellationToken
    )
    {
        await using var owned = target.ConfigureAwait(false);
        await WriteBlocksAsync(disk, target, machine, cancellationToken).ConfigureAwait(false);
        await target.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteBlocksAsync(
        DiskView disk,
        IRestoreTarget target,
        IMachineProgress? machine,
        CancellationToken cancellationToken
    )
    {
        var reached = new DiskProgress(machine, disk.Id, disk.Size);
        await new OrderedPipeline<(long Block, BlockVersion Version), RestoredBlock>(Window, new StageLoad())
            .RunAsync(
                BlocksAsync(disk, cancellationToken),
                (item, token) => ReadAsync(disk, item.Block, item.Version, token),
                (block, token) =>
                {
                    using (block)
                    {
                        var offset = block.Index * disk.BlockSize;
                        target.Write(offset, block.Content.Span, token);
                        reached.ReachedBlock(offset + block.Content.Length);
                        return ValueTask.CompletedTask;
                    }
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        reached.End();
    }

    private async ValueTask<RestoredBlock> ReadAsync(
        DiskView disk,
        long block,
        BlockVersion version,
        CancellationToken cancellationToken
    )
    {
        var restored = new RestoredBlock(block, disk.LengthOf(block));
        try
        {
            await frames.ReadAsync(version.Address!.Value, restored.Content, cancellationToken).ConfigureAwait(false);
            if (DigestTree.Block(restored.Content.Span, disk.BlockSize) != version.Digest)
            {
                throw Errors.DataDamaged(
                    frames.Tables.FileOf(version.Address.Value.Segment),
                    0,
                    $"block {block} of disk {disk.Id}, frame {version.Address.Value.Number}, has another content than the "
                        + "restore point says"
                );
            }

            return restored;
        }
        catch
        {
            restored.Dispose();
            throw;
        }
    }

    private static async IAsyncEnumerable<(long Block, BlockVersion Version)> BlocksAsync(
        DiskView disk,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var page in disk.NonZeroPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            var versions = await disk.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
            for (var slot = 0; slot < versions.Length; slot++)
            {
                var block = (page * DiskView.Fanout) + slot;
                if (versions[slot].Address is not null && block < disk.BlockCount)
                {
                    yield return (block, versions[slot]);
                }
            }
        }
    }

    private sealed class RestoredBlock(long index, int length) : IDisposable
    {
        private byte[]? _rented = ArrayPool<byte>.Shared.Rent(length);

        internal long Index => index;

        internal Memory<byte> Content => _rented.AsMemory(0, length);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _rented, null) is { } rented)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }
}
