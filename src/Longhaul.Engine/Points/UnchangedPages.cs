using Longhaul.Format.Points;

namespace Longhaul.Engine.Points;

/// <summary>The pages of a baseline's disk, for a complete table to which only what changed comes.</summary>
/// <remarks>Digests are read where they are near; of the stored side only the addresses are.</remarks>
/// <param name="baseline">The disk; of the same size as the new one.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class UnchangedPages(Baseline baseline)
{
    private IAsyncEnumerator<long>? _pages;
    private long _next;

    /// <summary>Finds the next page that is not zero, and passes it.</summary>
    /// <param name="before">The page for which an outcome came, above all earlier ones: it is passed too; the greatest number
    /// at the disk's end.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is none before that page.</returns>
    internal async ValueTask<long?> NextAsync(long before, CancellationToken cancellationToken)
    {
        if (_pages is null)
        {
            _pages = baseline.Content.NonZeroPagesAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await PassAsync().ConfigureAwait(false);
        }

        var found = _next;
        if (found <= before && found != long.MaxValue)
        {
            await PassAsync().ConfigureAwait(false);
        }

        return found < before ? found : null;
    }

    /// <summary>Reads what a page's blocks are and where the target has them.</summary>
    /// <param name="page">The page, from 0.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>64 versions.</returns>
    internal async ValueTask<BlockVersion[]> ReadAsync(long page, CancellationToken cancellationToken)
    {
        var digests = await baseline.DigestsAsync(page, cancellationToken).ConfigureAwait(false);
        return await baseline.VersionsAsync(page, digests, ulong.MaxValue, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask PassAsync()
    {
        if (await _pages!.MoveNextAsync().ConfigureAwait(false))
        {
            _next = _pages.Current;
            return;
        }

        _next = long.MaxValue;
        await _pages.DisposeAsync().ConfigureAwait(false);
    }
}
