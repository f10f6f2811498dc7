using System.Buffers;
using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Caching;

/// <summary>Tables of backups, kept in a folder near the sender, so that none crosses the wire a second time.</summary>
/// <remarks>
/// <para>Point files lie under their SHA-256, frame tables under the identity and generation of their segment: both stand in
/// the log, neither ever means anything else. So nothing in here is ever out of date, one cache serves every backup, and
/// whoever finds a file in it damaged reads the one in the store.</para>
/// <para>Whoever asks whether what is stored can be read must not ask the cache: verification and restores have none.</para>
/// <para>It may be deleted at any time. A cache that cannot be read or written is as an empty one, never an error.</para>
/// </remarks>
/// <param name="folder">Its folder; made when it is first written to.</param>
/// <param name="clock">For when a file was last used.</param>
/// <param name="limit">Bytes to keep, if there is as much room besides; what was used last stays.</param>
/// <threadsafety>All members may be called from any thread, and by several processes.</threadsafety>
public sealed class TableCache(string folder, TimeProvider clock, long limit = TableCache.DefaultLimit)
{
    /// <summary>Default size in bytes: complete tables of some 40 TiB of data with three of each kept.</summary>
    public const long DefaultLimit = 4L << 30;

    private const int BufferSize = 256 * 1024;

    /// <summary>Longest frame table to be kept: 65,536 frames take less than 2 MiB.</summary>
    private const int MaxFrameTable = 4 << 20;

    /// <summary>What no run asked for in so long belongs to a point that is gone.</summary>
    private static readonly TimeSpan s_unused = TimeSpan.FromDays(60);

    /// <summary>A draft that old has lost its writer.</summary>
    private static readonly TimeSpan s_abandoned = TimeSpan.FromDays(1);

    private static readonly FileStreamOptions s_reading = new()
    {
        BufferSize = 0,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    };

    /// <summary>Begins a file.</summary>
    /// <returns>The caller disposes it; it is kept only if he says so.</returns>
    public TableDraft Begin() => new(folder);

    /// <summary>Whether a point file is kept, unchecked.</summary>
    /// <param name="hash">SHA-256 of the whole file, as the log has it.</param>
    internal bool Has(Digest hash) => File.Exists(PathOf(hash));

    /// <summary>Finds a point file.</summary>
    /// <param name="hash">SHA-256 of the whole file, as the log has it.</param>
    /// <param name="stored">The file in the store: read where the kept one cannot be.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The kept one, with every byte checked; <paramref name="stored"/> when there is none.</returns>
    public async ValueTask<IByteRange> FindAsync(Digest hash, IByteRange stored, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var path = PathOf(hash);
        try
        {
            using var file = new FileStream(path, s_reading);
            if (
                file.Length == stored.Length
                && new Digest(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)) == hash
            )
            {
                Touch(path);
                return new KeptRange(path, stored);
            }

            File.Delete(path);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            // Not kept, or not to be read: the store has it.
        }

        return stored;
    }

    /// <summary>Reads a point file whole and keeps it, unchecked: <see cref="FindAsync(Digest, IByteRange, CancellationToken)"/>
    /// finds it only if it is the one the log means.</summary>
    /// <param name="hash">SHA-256 of the whole file, as the log has it.</param>
    /// <param name="stored">The file in the store.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask BringAsync(Digest hash, IByteRange stored, CancellationToken cancellationToken)
    {
        using var draft = Begin();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            // Nothing is read that cannot be written.
            for (long offset = 0; offset < stored.Length && draft.IsOpen; )
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, stored.Length - offset));
                await stored.ReadAsync(offset, piece, cancellationToken).ConfigureAwait(false);
                await draft.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                offset += piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        draft.KeepAs(hash);
    }

    /// <summary>Finds a frame table.</summary>
    /// <param name="segment">The segment as the log lists it.</param>
    /// <param name="name">The file's name, for errors.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was read of the segment's file when the table was kept, unchecked; null when there is none.</returns>
    internal async ValueTask<RecordedRange?> FindAsync(
        SegmentState segment,
        string name,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(segment);
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: <= MaxFrameTable })
            {
                return null;
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            Touch(path);
            return RecordedRange.TryDecode(bytes, name);
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            return null;
        }
    }

    /// <summary>Keeps a frame table.</summary>
    /// <param name="segment">The segment as the log lists it.</param>
    /// <param name="read">What was read of the segment's file.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask KeepAsync(SegmentState segment, RecordedRange read, CancellationToken cancellationToken)
    {
        var bytes = read.Encode();
        if (bytes.Length <= MaxFrameTable)
        {
            using var draft = Begin();
            await draft.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            draft.KeepAs(Path.GetFileName(PathOf(segment)));
        }
    }

    /// <summary>Deletes what was not used for long, and what is over the limit.</summary>
    public void Trim()
    {
        try
        {
            if (!Directory.Exists(folder))
            {
                return;
            }

            var now = clock.GetUtcNow().UtcDateTime;
            var files = new DirectoryInfo(folder).GetFiles();
            var free = new DriveInfo(folder).AvailableFreeSpace;
            var left = Math.Min(limit, (free + files.Sum(file => file.Length)) / 2);
            foreach (var file in files.OrderByDescending(file => file.LastWriteTimeUtc))
            {
                left -= file.Length;
                var allowed = file.Name.EndsWith(TableDraft.Suffix, StringComparison.Ordinal) ? s_abandoned : s_unused;
                if (left < 0 || now - file.LastWriteTimeUtc > allowed)
                {
                    left += file.Length;
                    file.Delete();
                }
            }
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            // Another process trims too; the next run goes on.
        }
    }

    /// <summary>A file's own time is when it was last used.</summary>
    private void Touch(string path) => File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);

    private string PathOf(Digest hash) => Path.Combine(folder, hash.ToString());

    private string PathOf(SegmentState segment) => Path.Combine(folder, $"{segment.Identity}.{segment.Generation}");
}
