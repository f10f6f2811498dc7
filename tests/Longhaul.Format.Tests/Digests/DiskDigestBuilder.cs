using Longhaul.Core;
using Longhaul.Format.Digests;

namespace Longhaul.Format.Tests.Digests;

/// <summary>Computes a disk's digest from its blocks' digests as they come.</summary>
/// <remarks>Memory: one digest per level, whatever the disk's size.</remarks>
/// <param name="size">The disk's size in bytes.</param>
/// <param name="blockSize">A block size of the format.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DiskDigestBuilder(long size, int blockSize)
{
    private readonly int _blockLevel = DigestTree.LevelOf(blockSize);
    private readonly int _topLevel = DigestTree.TopLevel(size);
    private readonly Digest?[] _pending = new Digest?[DigestTree.MaxLevel + 1];
    private long _blocks;

    /// <summary>Adds the next block.</summary>
    /// <param name="block">Its digest.</param>
    /// <exception cref="InvalidOperationException">All blocks of the disk were added already.</exception>
    public void Add(Digest block)
    {
        if (_blocks >= TreeShape.BlocksOf(size, blockSize))
        {
            throw new InvalidOperationException("The disk has no more blocks.");
        }

        _blocks++;
        Carry(block, _blockLevel);
    }

    /// <summary>The disk's digest.</summary>
    /// <exception cref="InvalidOperationException">Blocks are missing.</exception>
    public Digest Finish()
    {
        if (_blocks != TreeShape.BlocksOf(size, blockSize))
        {
            throw new InvalidOperationException("Blocks of the disk are missing.");
        }

        for (var level = _blockLevel; level < _topLevel; level++)
        {
            if (_pending[level] is not null)
            {
                Carry(DigestTree.Zero(level), level);
            }
        }

        return DigestTree.Disk(size, _pending[_topLevel] ?? DigestTree.Zero(_topLevel));
    }

    private void Carry(Digest digest, int level)
    {
        while (level < _topLevel && _pending[level] is { } left)
        {
            _pending[level] = null;
            digest = DigestTree.Combine([left, digest]);
            level++;
        }

        _pending[level] = digest;
    }
}
