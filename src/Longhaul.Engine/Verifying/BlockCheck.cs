using System.Buffers;
using System.Collections.Concurrent;
using Longhaul.Core;
using Longhaul.Engine.Progress;
using Longhaul.Format.Compression;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Liveness;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>Reads every frame that is needed of some segments, decodes every version of a block that is stored there and compares
/// its digest.</summary>
/// <remarks>
/// <para>A block's versions are decoded oldest to newest, each upon what is still at hand of the ones before: a frame is
/// read once, save where a delta goes back further than what is kept. What could not be decoded for the sake of another
/// frame is read for its checksum at the end, segment by segment.</para>
/// <para>Memory: for each of a few blocks under way, <see cref="KeptBlocks.Limit"/> versions and one stored frame.</para>
/// </remarks>
/// <param name="frames">Reads frames.</param>
/// <param name="state">What the log says.</param>
/// <param name="faults">Where damage is known, and goes.</param>
/// <param name="chosen">The segments; of others only what theirs stand upon is read.</param>
/// <threadsafety>One caller at a time; works on several blocks at once.</threadsafety>
internal sealed class BlockCheck(
    FrameReader frames,
    BackupState state,
    FrameFaults faults,
    IReadOnlySet<SegmentId> chosen
) : IDisposable
{
    /// <summary>Blocks under way at a time: enough for the processors and one read ahead, few enough for small memories.</summary>
    private const int MaxBlocks = 4;

    private readonly Lock _gate = new();
    private readonly FrameMarks _read = new();
    private readonly ConcurrentDictionary<(FrameAddress Frame, Digest Content), bool> _shared = new();
    private readonly ConcurrentBag<BlockDecoder> _decoders = [];
    private readonly ConcurrentDictionary<SegmentId, bool> _undecided = new();
    private long _blocks;

    /// <summary>Hears of the stored bytes read; null for nobody.</summary>
    internal IMachineProgress? Progress { get; set; }

    /// <summary>Versions of blocks whose content was compared.</summary>
    internal long Blocks => Volatile.Read(ref _blocks);

    /// <summary>Whether a block that is stored in a segment could not be compared, for whatever reason.</summary>
    /// <param name="segment">The segment.</param>
    internal bool IsUndecided(SegmentId segment) => _undecided.ContainsKey(segment);

    /// <summary>Checks all versions of a page's blocks.</summary>
    /// <param name="page">The page at every point.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task CheckAsync(PageHistory page, CancellationToken cancellationToken) =>
        await Parallel
            .ForAsync(
                0,
                DiskView.Fanout,
                new ParallelOptions { MaxDegreeOfParallelism = MaxBlocks, CancellationToken = cancellationToken },
                (slot, token) => CheckAsync(page, slot, token)
            )
            .ConfigureAwait(false);

    /// <summary>Reads what is needed and was not read, for its checksum.</summary>
    /// <param name="needed">Frames that restore points need.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async Task CheckRestAsync(FrameMarks needed, CancellationToken cancellationToken)
    {
        foreach (var segment in needed.Segments.Where(chosen.Contains))
        {
            foreach (var number in needed.Of(segment).Except(_read.Of(segment)).Numbers())
            {
                var address = new FrameAddress(segment, number);
                if (faults.IsUnusable(address))
                {
                    continue;
                }

                await CheckStoredAsync(address, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask CheckStoredAsync(FrameAddress address, CancellationToken cancellationToken)
    {
        ChainLink link;
        try
        {
            link = await frames.Tables.FindAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            faults.AddRemoved(address);
            return;
        }

        var stored = ArrayPool<byte>.Shared.Rent(link.Frame.TotalLength);
        _ = await ReadAsync(link, stored, cancellationToken).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(stored);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_decoders.TryTake(out var decoder))
        {
            decoder.Dispose();
        }
    }

    private async ValueTask CheckAsync(PageHistory page, int slot, CancellationToken cancellationToken)
    {
        var decoder = _decoders.TryTake(out var taken) ? taken : new BlockDecoder();
        using var kept = new KeptBlocks();
        var seen = new HashSet<(FrameAddress, Digest)>();
        BlockVersion[]? before = null;
        foreach (var at in page.States)
        {
            var isAsBefore = ReferenceEquals(before, at.Versions);
            before = at.Versions;
            var version = at.Versions[slot];
            if (
                isAsBefore
                || version.Address is not { } address
                || !chosen.Contains(address.Segment)
                || !seen.Add((address, version.Digest))
                || !IsFirstVisit(address, version.Digest)
            )
            {
                continue;
            }

            var content = await DecodeAsync(address, kept, decoder, cancellationToken).ConfigureAwait(false);
            if (content is not { } decoded)
            {
                _undecided[address.Segment] = true;
                continue;
            }

            Interlocked.Increment(ref _blocks);
            var length = at.Disk.LengthOf((page.Page * DiskView.Fanout) + slot);
            if (decoded.Length != length || DigestTree.Block(decoded.Span, at.Disk.BlockSize) != version.Digest)
            {
                faults.AddContent(address, version.Digest);
            }
        }

        _decoders.Add(decoder);
    }

    /// <summary>Whether a version was not compared before: a shared frame stands in several places.</summary>
    private bool IsFirstVisit(FrameAddress address, Digest content) =>
        !state.Segments.TryGetValue(address.Segment, out var segment)
        || !segment.Shared.Contains(address.Number)
        || _shared.TryAdd((address, content), true);

    /// <summary>Decodes a block upon what is kept, and keeps it.</summary>
    /// <returns>Null when something that is needed for it is damaged.</returns>
    private async ValueTask<ReadOnlyMemory<byte>?> DecodeAsync(
        FrameAddress address,
        KeptBlocks kept,
        BlockDecoder decoder,
        CancellationToken cancellationToken
    )
    {
        var chain = new Stack<ChainLink>();
        for (FrameAddress? at = address; at is { } next && kept.Find(next) is null; )
        {
            if (faults.IsUnusable(next))
            {
                return null;
            }

            var link = await frames.Tables.FindAsync(next, cancellationToken).ConfigureAwait(false);
            chain.Push(link);
            at = link.Frame.Base;
        }

        while (chain.TryPop(out var link))
        {
            if (!await DecodeAsync(link, kept, decoder, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }

        return kept.Find(address);
    }

    /// <summary>Decodes one frame whose base is kept, and keeps it.</summary>
    /// <returns>False when it is damaged.</returns>
    private async ValueTask<bool> DecodeAsync(
        ChainLink link,
        KeptBlocks kept,
        BlockDecoder decoder,
        CancellationToken cancellationToken
    )
    {
        var frame = link.Frame;
        var stored = ArrayPool<byte>.Shared.Rent(frame.TotalLength);
        var raw = ArrayPool<byte>.Shared.Rent(frame.RawLength);
        try
        {
            if (await ReadAsync(link, stored, cancellationToken).ConfigureAwait(false) is not { } payload)
            {
                return false;
            }

            var basis = frame.Base is { } below ? kept.Find(below)!.Value : default;
            if (!decoder.TryDecode(frame.Codec, payload.Span, basis.Span, raw.AsSpan(0, frame.RawLength)))
            {
                var file = frames.Tables.FileOf(link.Address.Segment);
                var what = $"frame {link.Address.Number}: it cannot be decompressed";
                faults.Add(link.Address, new Fault(file, frame.Offset, what));
                return false;
            }

            kept.Keep(link.Address, frame.BeginsRun, raw, frame.RawLength);
            raw = null;
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stored);
            if (raw is not null)
            {
                ArrayPool<byte>.Shared.Return(raw);
            }
        }
    }

    /// <summary>Reads one frame's payload and checks its checksum.</summary>
    /// <returns>Null when it is damaged, or gone.</returns>
    private async ValueTask<Memory<byte>?> ReadAsync(ChainLink link, byte[] stored, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_read.Add(link.Address) && chosen.Contains(link.Address.Segment))
            {
                Progress?.Advance(link.Frame.TotalLength);
            }
        }

        try
        {
            return await frames.ReadPayloadAsync(link, stored, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "data.missing")
        {
            faults.Add(link.Address.Segment, Fault.Of(error));
            return null;
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            faults.Add(link.Address, Fault.Of(error));
            return null;
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            faults.AddRemoved(link.Address);
            return null;
        }
    }
}
