using System.Buffers;
using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Format.Compression;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;

namespace Longhaul.Storage.Blocks;

/// <summary>Reads blocks of one backup by the address of their frame.</summary>
/// <remarks>
/// <para>A delta is read with all it stands upon, from the whole frame up, in a loop: at most 65 frames. Every frame's
/// checksum is checked; content digests are the caller's, who knows them.</para>
/// <para>Memory per call: the largest stored frame of the chain and two blocks, rented and given back.</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class FrameReader : IDisposable
{
    private readonly BackupFolder _folder;
    private readonly ConcurrentBag<BlockDecoder> _decoders = [];
    private long _bytesRead;

    /// <summary>Begins reading.</summary>
    /// <param name="folder">The backup; stays the caller's.</param>
    public FrameReader(BackupFolder folder)
    {
        _folder = folder;
        Tables = new SegmentTables(folder);
    }

    /// <summary>The frame tables of the backup.</summary>
    public SegmentTables Tables { get; }

    /// <summary>Stored bytes of the frames read so far.</summary>
    public long BytesRead => Volatile.Read(ref _bytesRead);

    /// <summary>Reads a block.</summary>
    /// <param name="address">Its frame.</param>
    /// <param name="destination">Exactly the block's length.</param>
    /// <param name="cancellationToken">Cancels the read; <paramref name="destination"/> is then undefined.</param>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed, format.unsupported.</exception>
    public async ValueTask ReadAsync(
        FrameAddress address,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var chain = await Tables.ChainAsync(address, cancellationToken).ConfigureAwait(false);
        await ReadAsync(chain, destination, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a block whose chain is known.</summary>
    /// <param name="chain">From the block's own frame to the one without a base.</param>
    /// <param name="destination">Exactly the block's length.</param>
    /// <param name="cancellationToken">Cancels the read; <paramref name="destination"/> is then undefined.</param>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed.</exception>
    public async ValueTask ReadAsync(
        IReadOnlyList<ChainLink> chain,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var other = ArrayPool<byte>.Shared.Rent(
            Math.Max(1, chain.Count > 1 ? chain.Max(link => link.Frame.RawLength) : 1)
        );
        var same = ArrayPool<byte>.Shared.Rent(chain.Count > 2 ? other.Length : 1);
        var decoder = _decoders.TryTake(out var taken) ? taken : new BlockDecoder();
        try
        {
            ReadOnlyMemory<byte> basis = default;
            for (var i = chain.Count - 1; i >= 0; i--)
            {
                var frame = chain[i].Frame;
                var target = i == 0 ? destination : (i % 2 == 1 ? other : same).AsMemory(0, frame.RawLength);
                CheckLength(chain[i], target.Length);
                await ReadOneAsync(chain[i], basis, target, decoder, cancellationToken).ConfigureAwait(false);
                basis = target;
            }
        }
        finally
        {
            _decoders.Add(decoder);
            ArrayPool<byte>.Shared.Return(other);
            ArrayPool<byte>.Shared.Return(same);
        }
    }

    /// <summary>Reads a frame's payload, opened where it is sealed, and checks its checksum.</summary>
    /// <param name="link">The frame.</param>
    /// <param name="destination">At least as long as the frame with its header.</param>
    /// <param name="cancellationToken">Cancels the read; <paramref name="destination"/> is then undefined.</param>
    /// <returns>The payload, in <paramref name="destination"/>.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed; backup.locked.</exception>
    public async ValueTask<Memory<byte>> ReadPayloadAsync(
        ChainLink link,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var frame = link.Frame;
        var cipher = await Tables.CipherOfAsync(link.Address.Segment, cancellationToken).ConfigureAwait(false);
        var stored = destination[..frame.TotalLength];
        await ReadStoredAsync(link, stored, cancellationToken).ConfigureAwait(false);
        var payload = stored[frame.HeaderLength..];
        if (cipher is null)
        {
            return payload;
        }

        return cipher.OpenInPlace(frame, payload.Span, out var opened)
            ? payload[opened]
            : throw Damaged(link, "it was not sealed under this key, in this place");
    }

    /// <summary>Reads one frame as it is stored, with its header, and checks its checksum.</summary>
    /// <param name="link">The frame.</param>
    /// <param name="destination">Exactly the frame's header and stored length.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed.</exception>
    public async ValueTask ReadStoredAsync(
        ChainLink link,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        for (var at = link; ; at = await Tables.FollowAsync(at, cancellationToken).ConfigureAwait(false))
        {
            var read = await _folder
                .Store.ReadAsync(FileOf(at), at.Frame.Offset, destination, cancellationToken)
                .ConfigureAwait(false);
            if (read == destination.Length && FrameHeader.Verify(destination.Span, at.Frame))
            {
                break;
            }

            if (read is not null)
            {
                throw Damaged(at, "its checksum does not fit");
            }
        }

        Interlocked.Add(ref _bytesRead, destination.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_decoders.TryTake(out var decoder))
        {
            decoder.Dispose();
        }
    }

    private async ValueTask ReadOneAsync(
        ChainLink link,
        ReadOnlyMemory<byte> basis,
        Memory<byte> target,
        BlockDecoder decoder,
        CancellationToken cancellationToken
    )
    {
        var frame = link.Frame;
        var stored = ArrayPool<byte>.Shared.Rent(frame.TotalLength);
        try
        {
            var payload = await ReadPayloadAsync(link, stored, cancellationToken).ConfigureAwait(false);
            if (!decoder.TryDecode(frame.Codec, payload.Span, basis.Span, target.Span))
            {
                throw Damaged(link, "it cannot be decompressed");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
        }
    }

    /// <summary>Refuses a frame that holds a block of another length.</summary>
    /// <param name="link">The frame.</param>
    /// <param name="blockLength">Length of the block it must hold, in bytes.</param>
    /// <exception cref="LonghaulException">data.damaged.</exception>
    public static void CheckLength(ChainLink link, int blockLength)
    {
        if (link.Frame.RawLength != blockLength)
        {
            throw Damaged(link, $"it holds {link.Frame.RawLength} bytes of a block of {blockLength}");
        }
    }

    private static LonghaulException Damaged(ChainLink link, string what) =>
        Errors.DataDamaged(FileOf(link), link.Frame.Offset, $"frame {link.Address.Number}: {what}");

    private static string FileOf(ChainLink link) => BackupNames.SegmentFile(link.Address.Segment, link.Generation);
}
