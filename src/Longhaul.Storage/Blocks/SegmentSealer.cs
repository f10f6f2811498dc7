using System.Buffers;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Blocks;

/// <summary>Writes what a plain segment holds into a new one, sealed, under the same frame numbers.</summary>
/// <remarks>
/// <para>Payloads are sealed as they are stored, compressed or as deltas, without the condemned ones. A frame whose checksum does
/// not fit is not taken: sealed, its damage would be vouched for.</para>
/// <para>Memory: one frame and its sealed form.</para>
/// <para>Source: docs/format.md, section "Encrypting a backup".</para>
/// </remarks>
/// <param name="folder">The backup; stays the caller's.</param>
/// <param name="tables">Its frame tables.</param>
/// <param name="key">What is sealed under.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class SegmentSealer(BackupFolder folder, SegmentTables tables, ListKey key)
{
    private readonly IObjectStore _store = folder.Store;

    /// <summary>Writes one segment.</summary>
    /// <param name="segment">A plain segment as the log lists it; not dead.</param>
    /// <param name="id">The new segment.</param>
    /// <param name="move">The new segment that takes the place of another that holds bases.</param>
    /// <param name="cancellationToken">Cancels the call; what was written stays as a leftover.</param>
    /// <returns>The new segment as it is to be listed, without its sets of frames.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed; store errors.</exception>
    public async ValueTask<SegmentState> WriteAsync(
        SegmentState segment,
        SegmentId id,
        Func<SegmentId, SegmentId> move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(move);
        var table = await tables.GetPresentAsync(segment.Id, cancellationToken).ConfigureAwait(false);
        var file = BackupNames.SegmentFile(segment.Id, table.Generation);
        var name = BackupNames.SegmentFile(id, SegmentPreamble.FirstGeneration);
        var preamble = SegmentPreamble.Create(
            folder.Descriptor.Id,
            id,
            SegmentPreamble.FirstGeneration,
            isEncrypted: true
        );
        var cipher = new SegmentCipher(key, id, SegmentPreamble.SaltOf(preamble));
        var writer = await _store.CreateAsync(name, cancellationToken).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            await writer.WriteAsync(preamble, cancellationToken).ConfigureAwait(false);
            var sealedFrames = new List<FrameInfo>();
            foreach (var frame in table.Frames.Where(frame => !segment.Condemned.Contains(frame.Number)))
            {
                var moved = Moved(frame.Base, segment.Id, id, move);
                sealedFrames.Add(
                    await SealAsync(file, frame, moved, cipher, writer, cancellationToken).ConfigureAwait(false)
                );
            }

            var trailer = SegmentTrailer.Build(
                folder.Descriptor.Id,
                id,
                SegmentPreamble.FirstGeneration,
                writer.Length,
                sealedFrames
            );
            await writer.WriteAsync(trailer.Bytes, cancellationToken).ConfigureAwait(false);
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return After(segment, id, writer.Length, trailer.Identity, trailer.Bases);
        }
    }

    /// <summary>Looks whether a segment that an interrupted call wrote holds what the plain one does.</summary>
    /// <param name="segment">The plain segment as the log lists it.</param>
    /// <param name="id">The new segment.</param>
    /// <param name="move">As for <see cref="WriteAsync"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As <see cref="WriteAsync"/>; null when it is not whole, or not the same.</returns>
    /// <exception cref="LonghaulException">Errors of the plain segment; store errors.</exception>
    public async ValueTask<SegmentState?> FindAsync(
        SegmentState segment,
        SegmentId id,
        Func<SegmentId, SegmentId> move,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(segment);
        ArgumentNullException.ThrowIfNull(move);
        var name = BackupNames.SegmentFile(id, SegmentPreamble.FirstGeneration);
        var file = await StoredRange.FindAsync(_store, name, gone: null, cancellationToken).ConfigureAwait(false);
        if (file is null || folder.State.CondemnedFiles.ContainsKey(name))
        {
            return null;
        }

        var plain = await tables.GetPresentAsync(segment.Id, cancellationToken).ConfigureAwait(false);
        try
        {
            var there = await SegmentTable
                .ReadAsync(file, folder.Descriptor.Id, id, cancellationToken)
                .ConfigureAwait(false);
            return plain
                .Frames.Where(frame => !segment.Condemned.Contains(frame.Number))
                .All(frame => IsSame(there.Find(frame.Number), frame, Moved(frame.Base, segment.Id, id, move)))
                ? After(segment, id, file.Length, there.Identity, there.Bases)
                : null;
        }
        catch (LonghaulException error) when (error.IsAboutData)
        {
            return null;
        }
    }

    private static bool IsSame(FrameInfo? there, FrameInfo plain, FrameAddress? basis) =>
        there is not null
        && (there.RawLength, there.Codec, there.StoredLength)
            == (plain.RawLength, plain.Codec, plain.StoredLength + SegmentCipher.Overhead)
        && there.Base == basis;

    private static FrameAddress? Moved(
        FrameAddress? basis,
        SegmentId before,
        SegmentId after,
        Func<SegmentId, SegmentId> move
    ) =>
        basis is { } address
            ? new FrameAddress(address.Segment == before ? after : move(address.Segment), address.Number)
            : null;

    private SegmentState After(
        SegmentState segment,
        SegmentId id,
        long size,
        Digest identity,
        IReadOnlyList<SegmentId> bases
    ) =>
        new()
        {
            Id = id,
            Generation = SegmentPreamble.FirstGeneration,
            Size = size,
            Frames = segment.Frames,
            Identity = identity,
            Machine = segment.Machine,
            Born = segment.Born,
            Bases = bases,
            KeyGeneration = key.Generation,
        };

    private async ValueTask<FrameInfo> SealAsync(
        string file,
        FrameInfo frame,
        FrameAddress? basis,
        SegmentCipher cipher,
        IObjectWriter writer,
        CancellationToken cancellationToken
    )
    {
        var stored = ArrayPool<byte>.Shared.Rent(frame.TotalLength);
        var length = frame.StoredLength + SegmentCipher.Overhead;
        var whole = ArrayPool<byte>.Shared.Rent(frame.HeaderLength + length);
        try
        {
            var bytes = stored.AsMemory(0, frame.TotalLength);
            var read = await _store.ReadAsync(file, frame.Offset, bytes, cancellationToken).ConfigureAwait(false);
            if (read is null)
            {
                throw Errors.DataRemoved(file);
            }

            if (read < bytes.Length || !FrameHeader.Verify(bytes.Span, frame))
            {
                throw Errors.DataDamaged(file, frame.Offset, $"the checksum of frame {frame.Number} does not match");
            }

            var moved = frame with { Offset = writer.Length, StoredLength = length, Base = basis };
            var payload = whole.AsMemory(frame.HeaderLength, length);
            cipher.Seal(moved, bytes.Span[^frame.StoredLength..], payload.Span);
            var written = FrameHeader.Write(
                whole.AsSpan(0, frame.HeaderLength),
                moved.Number,
                moved.Offset,
                moved.Codec,
                moved.RawLength,
                payload.Span,
                moved.Base,
                moved.Depth,
                moved.BeginsRun
            );
            await writer
                .WriteAsync(whole.AsMemory(0, frame.HeaderLength + length), cancellationToken)
                .ConfigureAwait(false);
            return written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
            ArrayPool<byte>.Shared.Return(whole);
        }
    }
}
