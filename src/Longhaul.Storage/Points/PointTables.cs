using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Points;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Points;

/// <summary>The point files of a backup, opened when first asked for.</summary>
/// <remarks>Memory: one cache for the headers, pages and nodes of all files, however many there are.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class PointTables
{
    /// <summary>Default size of the page cache, in bytes.</summary>
    public const long DefaultCacheBytes = 64L << 20;

    private const int HashSize = 1 << 20;

    /// <summary>Where a file's header stands in the cache: no page or node has that offset.</summary>
    private const long HeaderKey = -1;

    /// <summary>What a header takes in memory for each of its bytes: mostly ids, each an object, and once more as a value.</summary>
    private const int MemoryPerHeaderByte = 6;

    private readonly NodeCache _cache;

    /// <summary>Begins reading tables of a backup.</summary>
    /// <param name="folder">The backup; stays the caller's.</param>
    /// <param name="cacheBytes">Bytes of decoded pages and nodes to keep.</param>
    public PointTables(BackupFolder folder, long cacheBytes = DefaultCacheBytes)
    {
        Folder = folder;
        _cache = new NodeCache(cacheBytes);
    }

    /// <summary>The backup.</summary>
    public BackupFolder Folder { get; }

    /// <summary>Opens one point file.</summary>
    /// <param name="table">The table as the log lists it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.missing, data.removed, data.damaged, format.unsupported.</exception>
    public async ValueTask<PointFile> OpenAsync(TableState table, CancellationToken cancellationToken)
    {
        if (_cache.TryGet<PointFile>(table.File, HeaderKey, out var known))
        {
            return known;
        }

        return await OpenAnewAsync(
                table,
                await FindStoredAsync(table, cancellationToken).ConfigureAwait(false),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Reads which frames a point replaced; needs no key.</summary>
    /// <param name="table">The point's table as the log lists it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Runs of frame numbers per segment, ascending; empty when nothing was replaced.</returns>
    /// <exception cref="LonghaulException">As <see cref="OpenAsync"/>.</exception>
    public async ValueTask<IReadOnlyDictionary<SegmentId, IReadOnlyList<(int Start, int Count)>>> ReadDeadListAsync(
        TableState table,
        CancellationToken cancellationToken
    )
    {
        if (Folder.CanOpen(table.KeyGeneration))
        {
            var file = await OpenAsync(table, cancellationToken).ConfigureAwait(false);
            return await file.ReadDeadListAsync(cancellationToken).ConfigureAwait(false);
        }

        var stored = await FindStoredAsync(table, cancellationToken).ConfigureAwait(false);
        return await PointFile.ReadDeadListAsync(stored, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a table's file from end to end; needs no key.</summary>
    /// <param name="table">The table as the log lists it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>SHA-256 of as many bytes as the log says it has.</returns>
    /// <exception cref="LonghaulException">data.missing, data.damaged: it is shorter.</exception>
    public async ValueTask<Digest> HashAsync(TableState table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Clamp(table.Size, 1, HashSize)];
        for (long at = 0; at < table.Size; )
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, table.Size - at));
            var read = await Folder.Store.ReadAsync(table.File, at, part, cancellationToken).ConfigureAwait(false);
            if (read is null or 0)
            {
                throw read is null
                    ? Errors.DataMissing(table.File)
                    : Errors.DataDamaged(table.File, at, "it ends early");
            }

            hash.AppendData(part.Span[..read.Value]);
            at += read.Value;
        }

        return new Digest(hash.GetHashAndReset());
    }

    /// <summary>Reads whole what the newest point is read through, as far as it is short, to be kept near. Does nothing where
    /// nothing is kept.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="length">Longest table to be read, in bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">As <see cref="OpenAsync"/>.</exception>
    public async ValueTask BringNearAsync(MachineId machine, long length, CancellationToken cancellationToken)
    {
        if (Folder.Near is not { } near || Folder.State.Machines.GetValueOrDefault(machine) is not { } state)
        {
            return;
        }

        var tables = Needed([.. state.Tables.Reverse()]).Where(table => table.Size <= length && !near.Has(table.Hash));
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = 4 };
        await Parallel
            .ForEachAsync(
                tables,
                parallel,
                async (table, token) =>
                {
                    var file = await FindStoredAsync(table, token).ConfigureAwait(false);
                    await near.BringAsync(table.Hash, file, token).ConfigureAwait(false);
                    await OpenAnewAsync(table, file, token).ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
    }

    private async ValueTask<StoredRange> FindStoredAsync(TableState table, CancellationToken cancellationToken)
    {
        var file = await StoredRange
            .FindAsync(Folder.Store, table.File, token => GoneAsync(table, token), cancellationToken)
            .ConfigureAwait(false);
        if (file is null)
        {
            throw await GoneAsync(table, cancellationToken).ConfigureAwait(false);
        }

        return file.Length == table.Size
            ? file
            : throw Errors.DataDamaged(
                table.File,
                file.Length,
                $"it has {file.Length} bytes, the log says {table.Size}"
            );
    }

    private async ValueTask<PointFile> OpenAnewAsync(
        TableState table,
        StoredRange file,
        CancellationToken cancellationToken
    )
    {
        var readable = Folder.Near is { } near
            ? await near.FindAsync(table.Hash, file, cancellationToken).ConfigureAwait(false)
            : file;
        var opened = await PointFile
            .OpenAsync(readable, _cache, Folder.KeyOf(table.KeyGeneration), cancellationToken)
            .ConfigureAwait(false);
        if (!PointId.TryRead(opened.Header.Point.Span, out var point) || point != table.Point)
        {
            throw Errors.DataDamaged(table.File, 0, "it is the file of another restore point");
        }

        // The descriptor has no checksum of its own. Who takes a flipped bit in it for the backup's id must not write on.
        if (!BackupId.TryRead(opened.Header.Backup.Span, out var backup) || backup != Folder.Descriptor.Id)
        {
            throw Errors.DataDamaged(
                BackupNames.Backup,
                0,
                $"it says that the backup is {Folder.Descriptor.Id}, and {table.File} that it is {backup}"
            );
        }

        _cache.Add(table.File, HeaderKey, opened, 1024 + (MemoryPerHeaderByte * opened.Header.CalculateSize()));
        return opened;
    }

    /// <summary>Opens a restore point with every table it is read through.</summary>
    /// <param name="point">A visible point.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">As <see cref="OpenAsync"/>; point.not-found when it was removed meanwhile.</exception>
    public async ValueTask<PointView> ViewAsync(PointId point, CancellationToken cancellationToken)
    {
        var state = Folder.State;
        var visible = state.FindPoint(point) ?? throw Errors.PointNotFound(point.ToString());
        TableState[] below =
        [
            .. state.Machines[visible.MachineId].Tables.Reverse().SkipWhile(table => table.Sequence > visible.Sequence),
        ];
        var needed = Needed(below);
        var layers = new List<PointFile>();
        foreach (var table in needed)
        {
            layers.Add(await OpenAsync(table, cancellationToken).ConfigureAwait(false));
        }

        return new PointView(
            visible,
            layers,
            token => OpenReadableAsync(below.Skip(needed.Length), token),
            below[0].File
        );
    }

    /// <summary>Of tables, newest first, those down to the first complete one.</summary>
    private static TableState[] Needed(TableState[] tables)
    {
        var complete = Array.FindIndex(tables, table => table.Complete);
        return complete < 0 ? tables : tables[..(complete + 1)];
    }

    /// <summary>Opens tables that no visible point has to be read through, up to the first that cannot be opened.</summary>
    private async ValueTask<IReadOnlyList<PointFile>> OpenReadableAsync(
        IEnumerable<TableState> tables,
        CancellationToken cancellationToken
    )
    {
        var files = new List<PointFile>();
        try
        {
            foreach (var table in tables)
            {
                files.Add(await OpenAsync(table, cancellationToken).ConfigureAwait(false));
            }
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            // What was, is good to know, and nothing depends on it: it may have been dropped meanwhile.
        }

        return files;
    }

    /// <summary>Says why a file that should be there is not: removed meanwhile, or missing.</summary>
    private async ValueTask<LonghaulException> GoneAsync(TableState table, CancellationToken cancellationToken)
    {
        await Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var isListed = Folder.State.Machines.GetValueOrDefault(table.Machine)?.Tables.Contains(table) ?? false;
        return isListed ? Errors.DataMissing(table.File) : Errors.DataRemoved(table.File);
    }
}
