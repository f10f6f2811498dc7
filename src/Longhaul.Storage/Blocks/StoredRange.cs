using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Blocks;

/// <summary>One stored file as the readers of the format see it.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class StoredRange : IByteRange
{
    private readonly IObjectStore _store;
    private readonly Func<CancellationToken, ValueTask<LonghaulException>>? _gone;

    private StoredRange(
        IObjectStore store,
        string name,
        long length,
        Func<CancellationToken, ValueTask<LonghaulException>>? gone
    )
    {
        _store = store;
        _gone = gone;
        Name = name;
        Length = length;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <summary>Finds a file.</summary>
    /// <param name="store">The backup folder's content.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="gone">Says why the file is gone when a later read does not find it: removed meanwhile, or missing; null
    /// when nobody may have removed it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is no such file.</returns>
    public static async ValueTask<StoredRange?> FindAsync(
        IObjectStore store,
        string name,
        Func<CancellationToken, ValueTask<LonghaulException>>? gone,
        CancellationToken cancellationToken
    ) =>
        await store.GetLengthAsync(name, cancellationToken).ConfigureAwait(false) is { } length
            ? new StoredRange(store, name, length, gone)
            : null;

    /// <inheritdoc/>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var read = await _store.ReadAsync(Name, offset, destination, cancellationToken).ConfigureAwait(false);
        if (read is null)
        {
            throw _gone is null ? Errors.DataMissing(Name) : await _gone(cancellationToken).ConfigureAwait(false);
        }

        if (read < destination.Length)
        {
            throw Errors.DataDamaged(Name, offset + read.Value, "it ends early");
        }
    }
}
