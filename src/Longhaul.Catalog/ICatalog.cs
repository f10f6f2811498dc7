namespace Longhaul.Catalog;

/// <summary>The embedded memory of an installation: configuration, history, and a cache of what the folders say.</summary>
/// <remarks>Losing it costs no restore point: folders are the truth, and <c>repository rescan</c> reads them again.</remarks>
/// <threadsafety>All members may be called from any thread, and several processes may use the same catalog.</threadsafety>
public interface ICatalog
{
    /// <summary>Path or address, for people.</summary>
    string Location { get; }

    /// <summary>Opens one consistent view: what others commit meanwhile is not seen.</summary>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The view; the caller disposes it. Its changing members throw <see cref="InvalidOperationException"/>.</returns>
    /// <exception cref="Core.LonghaulException">catalog.newer, catalog.damaged, catalog.busy, catalog.unreachable.</exception>
    ValueTask<ICatalogWork> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Opens one transaction; waits up to 30 seconds while another process has one open.</summary>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The transaction; the caller disposes it, and what was not committed is undone.</returns>
    /// <exception cref="Core.LonghaulException">catalog.newer, catalog.damaged, catalog.busy, catalog.unreachable.</exception>
    ValueTask<ICatalogWork> WriteAsync(CancellationToken cancellationToken);
}
