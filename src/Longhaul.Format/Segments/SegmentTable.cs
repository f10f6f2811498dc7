using Longhaul.Core;
using Longhaul.Format.Bytes;

namespace Longhaul.Format.Segments;

/// <summary>What a sealed segment holds.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class SegmentTable
{
    private readonly FrameInfo[] _frames;

    private SegmentTable(
        SegmentId segment,
        int generation,
        byte[]? salt,
        FrameInfo[] frames,
        Digest identity,
        SegmentId[] bases
    )
    {
        Salt = salt is null ? null : (ReadOnlyMemory<byte>?)salt;
        Segment = segment;
        Generation = generation;
        _frames = frames;
        Identity = identity;
        Bases = bases;
    }

    /// <summary>The segment's id.</summary>
    public SegmentId Segment { get; }

    /// <summary>From <see cref="SegmentPreamble.FirstGeneration"/>.</summary>
    public int Generation { get; }

    /// <summary>What the payloads' key is derived with; null in a plain segment.</summary>
    public ReadOnlyMemory<byte>? Salt { get; }

    /// <summary>Frames that are in this generation, by ascending number.</summary>
    public IReadOnlyList<FrameInfo> Frames => _frames;

    /// <summary>SHA-256 over the frame table as first sealed.</summary>
    public Digest Identity { get; }

    /// <summary>Segments that hold bases of deltas in this one, ascending, without itself.</summary>
    public IReadOnlyList<SegmentId> Bases { get; }

    /// <summary>Finds a frame.</summary>
    /// <param name="number">Any number.</param>
    /// <returns>Null when this generation has no such frame.</returns>
    public FrameInfo? Find(int number)
    {
        var (low, high) = (0, _frames.Length - 1);
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            var found = _frames[middle].Number;
            if (found == number)
            {
                return _frames[middle];
            }

            (low, high) = found < number ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Reads the table of a sealed segment.</summary>
    /// <param name="file">The file.</param>
    /// <param name="backup">The backup it must belong to.</param>
    /// <param name="segment">The id it must have.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported; what the file throws.</exception>
    public static async ValueTask<SegmentTable> ReadAsync(
        IByteRange file,
        BackupId backup,
        SegmentId segment,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        var (generation, salt) = await SegmentPreamble
            .ReadAsync(file, backup, segment, cancellationToken)
            .ConfigureAwait(false);
        var footerOffset = file.Length - SegmentFooter.Size;
        if (footerOffset < SegmentPreamble.Size)
        {
            throw Errors.DataDamaged(file.Name, file.Length, "it ends before its footer");
        }

        var bytes = new byte[SegmentFooter.Size];
        await file.ReadAsync(footerOffset, bytes, cancellationToken).ConfigureAwait(false);
        if (!SegmentFooter.TryRead(bytes, out var footer))
        {
            throw Errors.DataDamaged(file.Name, footerOffset, "it has no footer: it is not whole");
        }

        if (
            footer.Segment != segment
            || footer.Generation != generation
            || footer.TableLength is < 0 or > SegmentFooter.MaxTableLength
            || footer.FrameCount < 0
            || footer.TableOffset < SegmentPreamble.Size
            || footer.TableOffset != footerOffset - footer.TableLength
        )
        {
            throw Errors.DataDamaged(file.Name, footerOffset, "its footer does not fit the file");
        }

        var table = new byte[footer.TableLength];
        await file.ReadAsync(footer.TableOffset, table, cancellationToken).ConfigureAwait(false);
        if (
            Checksum.Of(table) != footer.TableChecksum
            || !FrameTable.TryDecode(table, segment, footer.FrameCount, footer.TableOffset, out var decoded)
        )
        {
            throw Errors.DataDamaged(file.Name, footer.TableOffset, "its frame table is not what was written");
        }

        var (frames, bases) = decoded.Value;
        if (generation == SegmentPreamble.FirstGeneration && FrameTable.IdentityOf(frames) != footer.Identity)
        {
            throw Errors.DataDamaged(file.Name, footer.TableOffset, "its frame table does not match its identity");
        }

        return new SegmentTable(segment, generation, salt, frames, footer.Identity, bases);
    }
}
