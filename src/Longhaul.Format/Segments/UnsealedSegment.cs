using Longhaul.Core;

namespace Longhaul.Format.Segments;

/// <summary>Reads a segment whose writer is gone before he sealed it.</summary>
/// <threadsafety>Stateless.</threadsafety>
public static class UnsealedSegment
{
    /// <summary>Finds the whole frames of an unsealed segment.</summary>
    /// <remarks>Reads every payload once; memory: one frame.</remarks>
    /// <param name="file">The file.</param>
    /// <param name="backup">The backup it must belong to.</param>
    /// <param name="segment">The id it must have.</param>
    /// <param name="watermark">Bytes that are durable; nothing behind is looked at.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>By ascending number, up to the first frame that is not whole, not valid, or passes the watermark.</returns>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported: the preamble is not that segment's; what the
    /// file throws.</exception>
    public static async ValueTask<IReadOnlyList<FrameInfo>> ScanAsync(
        IByteRange file,
        BackupId backup,
        SegmentId segment,
        long watermark,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        var end = Math.Min(watermark, file.Length);
        if (end < SegmentPreamble.Size)
        {
            return [];
        }

        await SegmentPreamble.ReadAsync(file, backup, segment, cancellationToken).ConfigureAwait(false);
        var frames = new List<FrameInfo>();
        var buffer = new byte[FrameHeader.DeltaSize];
        var (offset, number) = ((long)SegmentPreamble.Size, 0);
        while (end - offset >= FrameHeader.Size)
        {
            var headerLength = (int)Math.Min(FrameHeader.DeltaSize, end - offset);
            await file.ReadAsync(offset, buffer.AsMemory(0, headerLength), cancellationToken).ConfigureAwait(false);
            if (
                !FrameHeader.TryRead(buffer.AsSpan(0, headerLength), segment, offset, out var frame)
                || frame.Number < number
                || frame.EndOffset > end
            )
            {
                break;
            }

            if (buffer.Length < frame.TotalLength)
            {
                buffer = new byte[frame.TotalLength];
            }

            var whole = buffer.AsMemory(0, frame.TotalLength);
            await file.ReadAsync(offset, whole, cancellationToken).ConfigureAwait(false);
            if (!FrameHeader.Verify(whole.Span, frame))
            {
                break;
            }

            frames.Add(frame);
            (offset, number) = (frame.EndOffset, frame.Number + 1);
        }

        return frames;
    }
}
