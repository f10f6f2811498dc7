using System.Buffers;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Liveness;

namespace Longhaul.Engine.Repairing;

/// <summary>Finds contents by their digest in some backups, and reads them.</summary>
/// <remarks>Whatever was read is compared with its digest before it is given away, so nothing a backup says has to be believed.
/// Memory: some 100 bytes for each place where a wanted content lies.</remarks>
/// <param name="backups">The backups; of those with another block size nothing is found.</param>
/// <param name="blockSize">Bytes.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class ContentSources(IReadOnlyList<OpenBackup> backups, int blockSize)
{
    private readonly Dictionary<Digest, Queue<(OpenBackup Backup, FrameAddress Frame)>> _places = [];
    private readonly HashSet<Digest> _gone = [];

    /// <summary>Bytes of the blocks that were read and were good.</summary>
    internal long BytesFetched { get; private set; }

    /// <summary>Whether anybody has a content, as far as is known.</summary>
    internal bool Has(Digest content) => _places.ContainsKey(content);

    /// <summary>Looks for contents at all restore points.</summary>
    /// <param name="wanted">Their digests.</param>
    /// <param name="isPassedOver">Frames of a backup that are known to be no help.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.locked; store errors.</exception>
    internal async ValueTask LoadAsync(
        IReadOnlySet<Digest> wanted,
        Func<OpenBackup, FrameAddress, bool> isPassedOver,
        CancellationToken cancellationToken
    )
    {
        _places.Clear();
        foreach (var backup in backups.Where(backup => backup.Folder.Descriptor.BlockSize == blockSize))
        {
            foreach (var machine in backup.Folder.State.Machines.Values)
            {
                try
                {
                    var pages = new PageHistories(backup.Tables, backup.Folder.State).ReadAsync(
                        machine.Points,
                        cancellationToken
                    );
                    await foreach (var page in pages.ConfigureAwait(false))
                    {
                        foreach (var version in page.Distinct().SelectMany(versions => versions))
                        {
                            Note(backup, version, wanted, isPassedOver);
                        }
                    }
                }
                catch (LonghaulException error) when (Fault.IsOne(error) || Fault.IsRemoval(error))
                {
                    // What cannot be read there is no help here, and is found when that backup is verified.
                }
            }
        }
    }

    /// <summary>Reads a content.</summary>
    /// <param name="content">Its digest.</param>
    /// <param name="length">Bytes of the block.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A block out of the shared pool, with that digest, for the caller to give back; null when nobody has it any
    /// more.</returns>
    /// <exception cref="LonghaulException">backup.locked; store errors.</exception>
    internal async ValueTask<byte[]?> ReadAsync(Digest content, int length, CancellationToken cancellationToken)
    {
        var block = await FindAsync(content, length, cancellationToken).ConfigureAwait(false);
        BytesFetched += block is null ? 0 : length;
        return block;
    }

    /// <summary>Whether a content can be read, and is what its digest says.</summary>
    /// <param name="content">Its digest.</param>
    /// <param name="length">Bytes of the block.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.locked; store errors.</exception>
    internal async ValueTask<bool> ProveAsync(Digest content, int length, CancellationToken cancellationToken)
    {
        var block = await FindAsync(content, length, cancellationToken).ConfigureAwait(false);
        if (block is not null)
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return block is not null;
    }

    private async ValueTask<byte[]?> FindAsync(Digest content, int length, CancellationToken cancellationToken)
    {
        while (_places.TryGetValue(content, out var places) && places.TryPeek(out var place))
        {
            if (
                await ReadAsync(place.Backup, place.Frame, content, length, cancellationToken).ConfigureAwait(false) is
                { } block
            )
            {
                return block;
            }

            _ = places.Dequeue();
            if (places.Count == 0)
            {
                _places.Remove(content);
                _gone.Add(content);
            }
        }

        return null;
    }

    private async ValueTask<byte[]?> ReadAsync(
        OpenBackup backup,
        FrameAddress frame,
        Digest content,
        int length,
        CancellationToken cancellationToken
    )
    {
        var block = ArrayPool<byte>.Shared.Rent(FrameHeader.MaxRawLength);
        var isGood = false;
        try
        {
            var chain = await backup.Frames.Tables.ChainAsync(frame, cancellationToken).ConfigureAwait(false);
            var stored = chain[0].Frame.RawLength;
            await backup.Frames.ReadAsync(chain, block.AsMemory(0, stored), cancellationToken).ConfigureAwait(false);

            // A disk's last block may be shorter here than there: what is missing is zeros, as its digest says.
            block.AsSpan(Math.Min(stored, length)).Clear();
            isGood = DigestTree.Block(block.AsSpan(0, length), blockSize) == content;
            return isGood ? block : null;
        }
        catch (LonghaulException error) when (Fault.IsOne(error) || Fault.IsRemoval(error))
        {
            return null;
        }
        finally
        {
            if (!isGood)
            {
                ArrayPool<byte>.Shared.Return(block);
            }
        }
    }

    private void Note(
        OpenBackup backup,
        BlockVersion version,
        IReadOnlySet<Digest> wanted,
        Func<OpenBackup, FrameAddress, bool> isPassedOver
    )
    {
        if (
            version.Address is not { } frame
            || !wanted.Contains(version.Digest)
            || _gone.Contains(version.Digest)
            || isPassedOver(backup, frame)
        )
        {
            return;
        }

        if (!_places.TryGetValue(version.Digest, out var places))
        {
            _places[version.Digest] = places = new();
        }

        if (!places.Contains((backup, frame)))
        {
            places.Enqueue((backup, frame));
        }
    }
}
