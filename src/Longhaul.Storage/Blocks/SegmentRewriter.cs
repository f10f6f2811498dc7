using System.Buffers;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Blocks;

/// <summary>Writes a segment again, under its own id and a later generation, without its condemned frames; and, for a repair, with
/// good ones in the place of damaged ones.</summary>
/// <remarks>
/// <para>Frames keep their numbers and, unless they are mended, their bytes, so no point file changes; a key is needed only to
/// seal mended ones. Each one's checksum is looked at; one that does not fit is taken over as it lies, and never left
/// out: what can be saved of it is the repair's to say. Where one cannot be read, a repair writes zeros in its place; without a
/// repair the segment is not written again.</para>
/// <para>Memory: one read of neighbouring frames, <see cref="ReadSize"/> or one frame.</para>
/// <para>Source: docs/format.md, sections "Compaction" and "Repair".</para>
/// </remarks>
/// <param name="folder">The backup; stays the caller's.</param>
/// <param name="tables">Its frame tables.</param>
/// <threadsafety>One caller at a time; others may write the same segment again at the same time.</threadsafety>
public sealed class SegmentRewriter(BackupFolder folder, SegmentTables tables)
{
    private const int ReadSize = 4 << 20;

    private readonly IObjectStore _store = folder.Store;

    /// <summary>Writes one segment again; nothing of it counts until a record lists it.</summary>
    /// <param name="segment">The segment as the log lists it; not dead.</param>
    /// <param name="generation">The new generation; nothing has or had its name.</param>
    /// <param name="cancellationToken">Cancels the call; what was written by then is taken away.</param>
    /// <returns>Null when another writes or wrote the segment again meanwhile.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing: the file cannot be read as a segment; data.removed;
    /// store errors.</exception>
    public ValueTask<RewrittenSegment?> WriteAsync(
        SegmentState segment,
        int generation,
        CancellationToken cancellationToken
    ) => WriteAsync(segment, generation, MendedFrames.None, cancellationToken);

    /// <summary>Writes one segment again with some frames made anew; nothing of it counts until a record lists it.</summary>
    /// <param name="segment">The segment as the log lists it; not dead.</param>
    /// <param name="generation">The new generation; nothing has or had its name.</param>
    /// <param name="mended">The frames to be made anew; what this throws ends the call.</param>
    /// <param name="cancellationToken">Cancels the call; what was written by then is taken away.</param>
    /// <returns>Null when another writes or wrote the segment again meanwhile.</returns>
    /// <exception cref="LonghaulException">As without mended frames; backup.locked: there is no key to seal them.</exception>
    public async ValueTask<RewrittenSegment?> WriteAsync(
        SegmentState segment,
        int generation,
        MendedFrames mended,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(mended);
        var table = await tables.GetPresentAsync(segment.Id, cancellationToken).ConfigureAwait(false);
        if (table.Generation != segment.Generation)
        {
            return null;
        }

        var name = BackupNames.SegmentFile(segment.Id, generation);
        var isWhole = false;
        try
        {
            var writer = await _store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
            try
            {
                var again = await CopyAsync(segment, table, writer, generation, mended, cancellationToken)
                    .ConfigureAwait(false);
                await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
                isWhole = true;
                return again;
            }
            finally
            {
                await writer.DisposeAsync().ConfigureAwait(false);
                if (!isWhole)
                {
                    await TakeAwayAsync(name).ConfigureAwait(false);
                }
            }
        }
        catch (IOException)
        {
            // Another has the name, or took the file away while it was being written.
            return null;
        }
    }

    private async ValueTask<RewrittenSegment> CopyAsync(
        SegmentState segment,
        SegmentTable table,
        IObjectWriter writer,
        int generation,
        MendedFrames mended,
        CancellationToken cancellationToken
    )
    {
        var file = BackupNames.SegmentFile(segment.Id, table.Generation);
        var live = table.Frames.Where(frame => !segment.Condemned.Contains(frame.Number)).ToArray();
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize + FrameHeader.MaxRawLength);
        try
        {
            var preamble = buffer.AsMemory(0, SegmentPreamble.Size);
            await ReadAsync(file, 0, preamble, cancellationToken).ConfigureAwait(false);
            await writer
                .WriteAsync(SegmentPreamble.CreateAgain(preamble.Span, generation), cancellationToken)
                .ConfigureAwait(false);
            var moved = new List<FrameInfo>(live.Length);
            var damaged = new List<int>();
            for (var (next, alone) = (0, 0); next < live.Length; )
            {
                if (
                    mended.Numbers.Contains(live[next].Number)
                    && await MendAsync(segment, live[next], writer, mended, cancellationToken).ConfigureAwait(false)
                        is { } good
                )
                {
                    moved.Add(good);
                    next++;
                    continue;
                }

                var end = next < alone ? next + 1 : EndOfRun(live, next, mended.Numbers);
                var start = live[next].Offset;
                var bytes = buffer.AsMemory(0, (int)(live[end - 1].EndOffset - start));
                try
                {
                    await ReadAsync(file, start, bytes, cancellationToken).ConfigureAwait(false);
                }
                catch (LonghaulException error) when (error.Code == "data.unreadable" && mended.Numbers.Count > 0)
                {
                    // One by one, as only some of them are hit.
                    (alone, end) = (end, next + 1);
                    bytes = buffer.AsMemory(0, live[next].TotalLength);
                    await ReadOrClearAsync(file, start, bytes, cancellationToken).ConfigureAwait(false);
                }

                for (; next < end; next++)
                {
                    var frame = live[next];
                    moved.Add(frame with { Offset = writer.Length + frame.Offset - start });
                    if (
                        mended.Numbers.Contains(frame.Number)
                        || !FrameHeader.Verify(bytes.Span.Slice((int)(frame.Offset - start), frame.TotalLength), frame)
                    )
                    {
                        // One that was to be mended may have a sound checksum: what it stands upon is damaged.
                        damaged.Add(frame.Number);
                    }
                }

                await writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            }

            var trailer = SegmentTrailer.Build(
                folder.Descriptor.Id,
                segment.Id,
                generation,
                writer.Length,
                moved,
                table.Identity
            );
            await writer.WriteAsync(trailer.Bytes, cancellationToken).ConfigureAwait(false);
            var after = segment with { Generation = generation, Size = writer.Length, Bases = trailer.Bases };
            return new RewrittenSegment(segment, after, damaged);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes a frame anew in the place of a damaged one.</summary>
    /// <returns>Null when nothing was written.</returns>
    private async ValueTask<FrameInfo?> MendAsync(
        SegmentState segment,
        FrameInfo damaged,
        IObjectWriter writer,
        MendedFrames mended,
        CancellationToken cancellationToken
    )
    {
        using var draft = await mended.Make(damaged.Number, cancellationToken).ConfigureAwait(false);
        if (draft is null)
        {
            return null;
        }

        if (draft.Base is not null)
        {
            throw new ArgumentException($"{damaged} is mended by a whole block.", nameof(mended));
        }

        var cipher = await tables.CipherOfAsync(segment.Id, cancellationToken).ConfigureAwait(false);
        var length = draft.StoredLength + (cipher is null ? 0 : SegmentCipher.Overhead);
        var rented = ArrayPool<byte>.Shared.Rent(FrameHeader.Size + length);
        try
        {
            var payload = rented.AsMemory(FrameHeader.Size, length);
            if (cipher is null)
            {
                draft.Payload.CopyTo(payload);
            }
            else
            {
                var about = new FrameInfo(
                    damaged.Number,
                    writer.Length,
                    draft.Codec,
                    length,
                    draft.RawLength,
                    0,
                    null,
                    0,
                    draft.BeginsRun
                );
                cipher.Seal(about, draft.Payload.Span, payload.Span);
            }

            var frame = FrameHeader.Write(
                rented.AsSpan(0, FrameHeader.Size),
                damaged.Number,
                writer.Length,
                draft.Codec,
                draft.RawLength,
                payload.Span,
                baseFrame: null,
                depth: 0,
                draft.BeginsRun
            );
            await writer.WriteAsync(rented.AsMemory(0, frame.TotalLength), cancellationToken).ConfigureAwait(false);
            return frame;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>The end of a run of frames that lie behind one another and are read at once.</summary>
    private static int EndOfRun(FrameInfo[] live, int first, IReadOnlySet<int> mended)
    {
        var end = first + 1;
        while (
            end < live.Length
            && !mended.Contains(live[end].Number)
            && live[end].Offset == live[end - 1].EndOffset
            && live[end].EndOffset - live[first].Offset <= ReadSize
        )
        {
            end++;
        }

        return end;
    }

    private async ValueTask ReadAsync(
        string file,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var read = await _store.ReadAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
        if (read < destination.Length)
        {
            throw Errors.DataDamaged(file, offset + read.Value, "it ends early");
        }

        if (read is null)
        {
            throw Errors.DataRemoved(file);
        }
    }

    /// <summary>Reads one frame, or has zeros in its place when it cannot be read.</summary>
    private async ValueTask ReadOrClearAsync(
        string file,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await ReadAsync(file, offset, destination, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "data.unreadable")
        {
            destination.Span.Clear();
        }
    }

    /// <summary>Deletes what was not finished. Nobody else can list it, and its space may be what was wanting.</summary>
    private async ValueTask TakeAwayAsync(string name)
    {
        try
        {
            await _store.DeleteAsync(name, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LonghaulException)
        {
            // It stays as a leftover, and the next reclaim condemns it; the error that led here must not be hidden.
        }
    }
}
