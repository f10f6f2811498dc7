using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Points;

/// <summary>Writes a plain point file again, sealed, with the segments it names replaced by those that hold the same sealed.</summary>
/// <remarks>
/// <para>The plain file is read whole first and compared with the hash in the log: what is sealed is vouched for. Memory: 64 KiB
/// and what the tables keep.</para>
/// <para>Source: docs/format.md, section "Encrypting a backup".</para>
/// </remarks>
/// <param name="tables">The backup's tables.</param>
/// <param name="key">What is sealed under.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class PointFileSealer(PointTables tables, ListKey key)
{
    /// <summary>Writes one file.</summary>
    /// <param name="table">The plain file as the log lists it.</param>
    /// <param name="move">The segment that takes the place of another; one that is listed no more stays what it is.</param>
    /// <param name="cancellationToken">Cancels the call; what was written stays as a leftover.</param>
    /// <returns>The new file as it is to be listed.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed; store errors.</exception>
    public async ValueTask<TableState> WriteAsync(
        TableState table,
        Func<SegmentId, SegmentId> move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(move);
        var folder = tables.Folder;
        if (await tables.HashAsync(table, cancellationToken).ConfigureAwait(false) != table.Hash)
        {
            throw Errors.DataDamaged(table.File, 0, "it is not the file that the log lists");
        }

        var from = await tables.OpenAsync(table, cancellationToken).ConfigureAwait(false);
        var name = BackupNames.PointFile(
            table.Machine,
            DateTimeOffset.FromUnixTimeMilliseconds(from.Header.CreatedAt),
            table.Point,
            BackupNames.NewEdition()
        );
        var writer = await folder.Store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            var file = new PointFileWriter(
                writer.WriteAsync,
                folder.Descriptor.Id,
                table.Point,
                table.Machine,
                folder.Descriptor.BlockSize,
                key
            );
            foreach (var disk in from.Disks)
            {
                await file.CopyDiskAsync(disk, move, cancellationToken).ConfigureAwait(false);
            }

            foreach (var (segment, runs) in await from.ReadDeadListAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var number in runs.SelectMany(run => Enumerable.Range(run.Start, run.Count)))
                {
                    file.AddDead(new FrameAddress(move(segment), number));
                }
            }

            var result = await file.FinishAsync(from.Header, cancellationToken).ConfigureAwait(false);
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return table with
            {
                File = name,
                Size = result.Length,
                Hash = result.FileHash,
                KeyGeneration = key.Generation,
            };
        }
    }
}
