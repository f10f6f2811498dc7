using System.Buffers.Binary;
using Longhaul.Core;
using Longhaul.Format;

namespace Longhaul.Storage.Caching;

/// <summary>What was read of a file, so that it can be read once more without the file.</summary>
/// <remarks>Encoded, for a <see cref="TableCache"/> alone: the file's length (8 bytes), then for each read its offset (8), its
/// length (4) and the bytes.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class RecordedRange : IByteRange
{
    private const int LengthSize = 8;
    private const int EntryHeaderSize = 12;

    private readonly IByteRange? _file;
    private readonly List<(long Offset, ReadOnlyMemory<byte> Bytes)> _reads = [];

    /// <summary>Begins to record.</summary>
    /// <param name="file">The file that is read.</param>
    internal RecordedRange(IByteRange file)
        : this(file.Name, file.Length) => _file = file;

    private RecordedRange(string name, long length) => (Name, Length) = (name, length);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Takes apart what <see cref="Encode"/> made.</summary>
    /// <param name="bytes">Any bytes; kept.</param>
    /// <param name="name">The file's name.</param>
    /// <returns>Null when they are something else.</returns>
    internal static RecordedRange? TryDecode(ReadOnlyMemory<byte> bytes, string name)
    {
        if (bytes.Length < LengthSize)
        {
            return null;
        }

        var fileLength = BinaryPrimitives.ReadInt64LittleEndian(bytes.Span);
        if (fileLength < 0)
        {
            return null;
        }

        var range = new RecordedRange(name, fileLength);
        for (var at = bytes[LengthSize..]; at.Length > 0; )
        {
            if (at.Length < EntryHeaderSize)
            {
                return null;
            }

            var offset = BinaryPrimitives.ReadInt64LittleEndian(at.Span);
            var length = BinaryPrimitives.ReadInt32LittleEndian(at.Span[8..]);
            at = at[EntryHeaderSize..];
            if (length < 0 || length > at.Length)
            {
                return null;
            }

            range._reads.Add((offset, at[..length]));
            at = at[length..];
        }

        return range;
    }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        foreach (var (start, bytes) in _reads)
        {
            if (start == offset && bytes.Length == destination.Length)
            {
                bytes.CopyTo(destination);
                return;
            }
        }

        if (_file is null)
        {
            throw Errors.DataDamaged(Name, offset, "this was not read when the file was recorded");
        }

        await _file.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
        _reads.Add((offset, destination.ToArray()));
    }

    /// <summary>Puts together what was read.</summary>
    internal byte[] Encode()
    {
        var bytes = new byte[LengthSize + _reads.Sum(read => EntryHeaderSize + read.Bytes.Length)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Length);
        var at = bytes.AsSpan(LengthSize);
        foreach (var (offset, read) in _reads)
        {
            BinaryPrimitives.WriteInt64LittleEndian(at, offset);
            BinaryPrimitives.WriteInt32LittleEndian(at[8..], read.Length);
            read.Span.CopyTo(at[EntryHeaderSize..]);
            at = at[(EntryHeaderSize + read.Length)..];
        }

        return bytes;
    }
}
