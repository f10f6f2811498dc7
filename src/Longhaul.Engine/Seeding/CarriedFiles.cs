using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;

namespace Longhaul.Engine.Seeding;

/// <summary>Compares single files with what a seed's list says of them.</summary>
/// <param name="backup">The seed's backup.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class CarriedFiles(BackupId backup)
{
    private const int ReadSize = 4 << 20;

    /// <summary>Bytes read so far.</summary>
    internal long BytesRead { get; private set; }

    /// <summary>Reads a file whole.</summary>
    /// <param name="file">What the list says.</param>
    /// <param name="place">Where it lies.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is wrong with it; null for nothing.</returns>
    /// <exception cref="LonghaulException">data errors: it is damaged; store errors.</exception>
    internal async ValueTask<string?> FindFaultAsync(
        SeedFile file,
        SeedPlace place,
        CancellationToken cancellationToken
    ) =>
        file.IsSegment
            ? await FindSegmentFaultAsync(file, place, cancellationToken).ConfigureAwait(false)
            : await FindWholeFaultAsync(file, place, cancellationToken).ConfigureAwait(false);

    private async ValueTask<string?> FindWholeFaultAsync(
        SeedFile file,
        SeedPlace place,
        CancellationToken cancellationToken
    )
    {
        var length = await place.Part.Store.GetLengthAsync(place.Name, cancellationToken).ConfigureAwait(false);
        if (length != file.Length)
        {
            return Lengths(length ?? 0, file.Length);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            for (long at = 0; at < file.Length; )
            {
                var wanted = (int)Math.Min(ReadSize, file.Length - at);
                await ReadAsync(place, at, buffer.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
                hash.AppendData(buffer, 0, wanted);
                at += wanted;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new Digest(hash.GetHashAndReset()) == file.Digest ? null : "its SHA-256 is not the one that was listed";
    }

    private async ValueTask<string?> FindSegmentFaultAsync(
        SeedFile file,
        SeedPlace place,
        CancellationToken cancellationToken
    )
    {
        _ = BackupNames.TryParseSegmentFile(file.Name, out var segment, out var carried);
        _ = BackupNames.TryParseSegmentFile(place.Name, out _, out var generation);
        var range =
            await StoredRange
                .FindAsync(place.Part.Store, place.Name, gone: null, cancellationToken)
                .ConfigureAwait(false)
            ?? throw Errors.DataMissing(place.Name);
        if (generation < carried)
        {
            return "it is an older generation than the one that was listed";
        }

        if (generation == carried && range.Length != file.Length)
        {
            return Lengths(range.Length, file.Length);
        }

        var table = await SegmentTable.ReadAsync(range, backup, segment, cancellationToken).ConfigureAwait(false);
        if (table.Identity != file.Digest || table.Generation != generation || table.Frames.Count > file.Frames)
        {
            return "its frame table is not the one that was listed";
        }

        return await FindFrameFaultAsync(place, table.Frames, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string?> FindFrameFaultAsync(
        SeedPlace place,
        IReadOnlyList<FrameInfo> frames,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize + FrameHeader.MaxRawLength);
        try
        {
            for (var first = 0; first < frames.Count; )
            {
                var (start, end) = (frames[first].Offset, first + 1);
                while (end < frames.Count && frames[end].EndOffset - start <= ReadSize)
                {
                    end++;
                }

                var bytes = buffer.AsMemory(0, (int)(frames[end - 1].EndOffset - start));
                await ReadAsync(place, start, bytes, cancellationToken).ConfigureAwait(false);
                for (; first < end; first++)
                {
                    var frame = frames[first];
                    if (!FrameHeader.Verify(bytes.Span.Slice((int)(frame.Offset - start), frame.TotalLength), frame))
                    {
                        return string.Create(
                            CultureInfo.InvariantCulture,
                            $"the checksum of frame {frame.Number} at {frame.Offset} does not match"
                        );
                    }
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask ReadAsync(
        SeedPlace place,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var read = await place
            .Part.Store.ReadAsync(place.Name, offset, destination, cancellationToken)
            .ConfigureAwait(false);
        BytesRead += read ?? throw Errors.DataMissing(place.Name);
        if (read < destination.Length)
        {
            throw Errors.DataDamaged(place.Name, offset + read.Value, "it ends early");
        }
    }

    private static string Lengths(long found, long listed) =>
        string.Create(CultureInfo.InvariantCulture, $"it has {found} bytes, {listed} are listed");
}
