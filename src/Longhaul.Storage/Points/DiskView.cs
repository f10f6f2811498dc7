using System.Numerics;
using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;

namespace Longhaul.Storage.Points;

/// <summary>The blocks of one disk at one restore point.</summary>
/// <remarks>
/// <para>Reads through a stack of tables, the newest first: the first that names a block, page or node decides, and the
/// last is complete: what it does not name is zero. Cost of a page: one read per table that names something in it.</para>
/// <para>Source: docs/format.md, section "Point file".</para>
/// </remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class DiskView
{
    /// <summary>Blocks in a page, and children of a node.</summary>
    public const int Fanout = 64;

    private static readonly List<DiskTableReader> s_nothing = [];

    private readonly IReadOnlyList<DiskTableReader> _layers;
    private readonly Func<CancellationToken, ValueTask<List<DiskTableReader>>> _older;
    private readonly int _blockLevel;

    /// <summary>Makes a view.</summary>
    /// <param name="layers">The tables it is read through, the newest first, a complete one among them; what comes after
    /// that one tells only how things were before.</param>
    /// <param name="older">Opens those before the last of them that can still be read, with a complete one at their end.</param>
    internal DiskView(
        IReadOnlyList<DiskTableReader> layers,
        Func<CancellationToken, ValueTask<List<DiskTableReader>>> older
    )
    {
        _layers = layers;
        _older = older;
        var own = layers[0];
        (Id, Size, BlockSize, Root) = (own.Id, own.Size, own.BlockSize, own.Root);
        _blockLevel = DigestTree.LevelOf(BlockSize);
    }

    /// <summary>The disk's identity.</summary>
    public string Id { get; }

    /// <summary>Its size in bytes.</summary>
    public long Size { get; }

    /// <summary>Block size in bytes.</summary>
    public int BlockSize { get; }

    /// <summary>Digest of the disk: equal roots mean equal content, at any block size.</summary>
    public Digest Root { get; }

    /// <summary>Blocks in the disk; the last may be short.</summary>
    public long BlockCount => (Size + BlockSize - 1) / BlockSize;

    /// <summary>Pages of 64 blocks.</summary>
    public long PageCount => (BlockCount + Fanout - 1) / Fanout;

    /// <summary>Length of one block.</summary>
    /// <param name="block">Its index, from 0 to before <see cref="BlockCount"/>.</param>
    public int LengthOf(long block) => (int)Math.Min(BlockSize, Size - (block * BlockSize));

    /// <summary>Reads what a page's blocks are and where they lie.</summary>
    /// <param name="page">The page, from 0.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>64 versions; those past the disk's end are zero blocks.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<BlockVersion[]> ReadPageAsync(long page, CancellationToken cancellationToken)
    {
        var versions = new BlockVersion[Fanout];
        Array.Fill(versions, BlockVersion.ZeroOf(BlockSize));
        var open = ulong.MaxValue;
        foreach (var layer in _layers)
        {
            if (await layer.ReadPageAsync(page, cancellationToken).ConfigureAwait(false) is { } named)
            {
                for (var take = named.Present & open; take != 0; take &= unchecked(take - 1))
                {
                    var slot = BitOperations.TrailingZeroCount(take);
                    versions[slot] = named[slot].New;
                }

                open &= ~named.Present;
            }

            if (layer.Complete || open == 0)
            {
                break;
            }
        }

        return versions;
    }

    /// <summary>Reads the digests of a page's blocks, and nothing else of the tables.</summary>
    /// <param name="page">The page, from 0.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>64 digests.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<Digest[]> ReadDigestsAsync(long page, CancellationToken cancellationToken)
    {
        var digests = new Digest[Fanout];
        Array.Fill(digests, DigestTree.Zero(_blockLevel));
        var open = ulong.MaxValue;
        foreach (var layer in _layers)
        {
            if (await layer.ReadPageDigestsAsync(page, cancellationToken).ConfigureAwait(false) is { } named)
            {
                for (var take = named.Present & open; take != 0; take &= unchecked(take - 1))
                {
                    var slot = BitOperations.TrailingZeroCount(take);
                    digests[slot] = named[slot];
                }

                open &= ~named.Present;
            }

            if (layer.Complete || open == 0)
            {
                break;
            }
        }

        return digests;
    }

    /// <summary>Reads where some of a page's blocks lie, and nothing else of the tables.</summary>
    /// <param name="page">The page, from 0.</param>
    /// <param name="wanted">The slots asked for, one bit each.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>64 addresses; null for zero blocks and for slots not asked for.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<FrameAddress?[]> ReadAddressesAsync(
        long page,
        ulong wanted,
        CancellationToken cancellationToken
    )
    {
        var addresses = new FrameAddress?[Fanout];
        foreach (var layer in _layers)
        {
            if (await layer.ReadPageAddressesAsync(page, cancellationToken).ConfigureAwait(false) is { } named)
            {
                for (var take = named.Present & wanted; take != 0; take &= unchecked(take - 1))
                {
                    var slot = BitOperations.TrailingZeroCount(take);
                    addresses[slot] = named[slot];
                }

                wanted &= ~named.Present;
            }

            if (layer.Complete || wanted == 0)
            {
                break;
            }
        }

        return addresses;
    }

    /// <summary>Reads the digests of a node's children.</summary>
    /// <param name="level">0: the children are the blocks of a page; 1: pages; 2: nodes of level 1; and so on.</param>
    /// <param name="index">The node, from 0.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>64 digests.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<Digest[]> ReadChildrenAsync(int level, long index, CancellationToken cancellationToken)
    {
        if (level == 0)
        {
            return await ReadDigestsAsync(index, cancellationToken).ConfigureAwait(false);
        }

        var digests = new Digest[Fanout];
        Array.Fill(digests, DigestTree.Zero(_blockLevel + (6 * level)));
        var open = ulong.MaxValue;
        foreach (var layer in _layers)
        {
            if (await layer.ReadNodeAsync(level, index, cancellationToken).ConfigureAwait(false) is { } named)
            {
                for (var take = named.Present & open; take != 0; take &= unchecked(take - 1))
                {
                    var slot = BitOperations.TrailingZeroCount(take);
                    digests[slot] = named[slot];
                }

                open &= ~named.Present;
            }

            if (layer.Complete || open == 0)
            {
                break;
            }
        }

        return digests;
    }

    /// <summary>Walks the pages that are not all zero.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Ascending. Cost: one node per 64 pages that are not zero, however large the disk is.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public IAsyncEnumerable<long> NonZeroPagesAsync(CancellationToken cancellationToken)
    {
        var level = 0;
        for (var span = PageCount; span > 1; span = (span + Fanout - 1) / Fanout)
        {
            level++;
        }

        return NonZeroPagesAsync(level, 0, cancellationToken);
    }

    private async IAsyncEnumerable<long> NonZeroPagesAsync(
        int level,
        long index,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (level == 0)
        {
            if (BlockCount > 0)
            {
                yield return index;
            }

            yield break;
        }

        var children = await ReadChildrenAsync(level, index, cancellationToken).ConfigureAwait(false);
        var zero = DigestTree.Zero(_blockLevel + (6 * level));
        for (var slot = 0; slot < Fanout; slot++)
        {
            if (children[slot] == zero)
            {
                continue;
            }

            await foreach (
                var page in NonZeroPagesAsync(level - 1, (index * Fanout) + slot, cancellationToken)
                    .ConfigureAwait(false)
            )
            {
                yield return page;
            }
        }
    }

    /// <summary>Finds the digest of an aligned stretch of the disk.</summary>
    /// <param name="level">Level in the digest tree over 256 KiB leaves; at least that of a block.</param>
    /// <param name="index">Which stretch of that size, from 0.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<Digest> DigestAtAsync(int level, long index, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, _blockLevel);
        var firstByte = checked(index << (level + DigestTree.LeafSizeLog2));
        if (firstByte >= Size)
        {
            return DigestTree.Zero(level);
        }

        // The stored level at or below the one asked for, and how many of its digests make up the stretch.
        var above = level - _blockLevel;
        var count = 1 << (above % 6);
        var first = index * count;
        var children =
            above / 6 == 0
                ? await ReadDigestsAsync(first / Fanout, cancellationToken).ConfigureAwait(false)
                : await ReadChildrenAsync(above / 6, first / Fanout, cancellationToken).ConfigureAwait(false);
        return DigestTree.Combine(children.AsSpan((int)(first % Fanout), count));
    }

    /// <summary>Finds the disk as it was when a block came to lie at an address.</summary>
    /// <param name="block">The block, from 0.</param>
    /// <param name="address">The frame of a version of it, present or older.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when no table names the frame for that block. Cost: a column of addresses of each newer table.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<DiskView?> AsOfAsync(long block, FrameAddress address, CancellationToken cancellationToken)
    {
        var slot = (int)(block % Fanout);
        await foreach (var (layer, view) in StatesAsync(cancellationToken).ConfigureAwait(false))
        {
            var named = await layer.ReadPageAddressesAsync(block / Fanout, cancellationToken).ConfigureAwait(false);
            if (named is not null && (named.Present & (1UL << slot)) != 0 && named[slot] == address)
            {
                return view();
            }
        }

        return null;
    }

    /// <summary>Finds the disk at a state it had, by its digest.</summary>
    /// <param name="root">The disk's digest at that state.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when none of the tables is of that state.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async ValueTask<DiskView?> FindStateAsync(Digest root, CancellationToken cancellationToken)
    {
        await foreach (var (layer, view) in StatesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (layer.Root == root)
            {
                return view();
            }
        }

        return null;
    }

    /// <summary>Walks a block's versions back through the tables, also those of points that are gone.</summary>
    /// <param name="block">The block, from 0.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Newest first, the present one included; one after the other may be the same, and frames of versions no visible
    /// point has may be gone.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing.</exception>
    public async IAsyncEnumerable<BlockVersion> HistoryAsync(
        long block,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var slot = (int)(block % Fanout);
        await foreach (var (layer, _) in StatesAsync(cancellationToken).ConfigureAwait(false))
        {
            var named = await layer.ReadPageAsync(block / Fanout, cancellationToken).ConfigureAwait(false);
            if (named is not null && (named.Present & (1UL << slot)) != 0)
            {
                yield return named[slot].New;
            }
        }
    }

    /// <summary>Walks the states the disk had, newest first: the table that made each, and the disk at it.</summary>
    private async IAsyncEnumerable<(DiskTableReader Layer, Func<DiskView> View)> StatesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var age = 0; age < _layers.Count; age++)
        {
            var skipped = age;
            yield return (_layers[age], () => new DiskView([.. _layers.Skip(skipped)], _older));
        }

        var older = await _older(cancellationToken).ConfigureAwait(false);
        for (var age = 0; age < older.Count; age++)
        {
            var skipped = age;
            yield return (older[age], () => new DiskView(older[skipped..], _ => ValueTask.FromResult(s_nothing)));
        }
    }
}
