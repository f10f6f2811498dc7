using Longhaul.Format;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Caching;

/// <summary>A file that is kept near, with the one in the store behind it.</summary>
/// <remarks>Opened anew for each read, so that many kept files take no handles; one that was deleted meanwhile is read in the
/// store.</remarks>
/// <param name="path">The kept file; as long as the stored one.</param>
/// <param name="stored">The file in the store.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class KeptRange(string path, IByteRange stored) : IByteRange
{
    /// <inheritdoc/>
    public string Name => stored.Name;

    /// <inheritdoc/>
    public long Length => stored.Length;

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (!TryRead(offset, destination.Span))
        {
            await stored.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool TryRead(long offset, Span<byte> destination)
    {
        try
        {
            using var file = File.OpenHandle(path);
            while (destination.Length > 0)
            {
                var read = RandomAccess.Read(file, destination, offset);
                if (read == 0)
                {
                    return false;
                }

                destination = destination[read..];
                offset += read;
            }

            return true;
        }
        catch (Exception error) when (FileFailure.Knows(error))
        {
            return false;
        }
    }
}
