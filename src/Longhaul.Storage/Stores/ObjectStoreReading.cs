using Longhaul.Core;

namespace Longhaul.Storage.Stores;

/// <summary>Reading of whole small objects.</summary>
public static class ObjectStoreReading
{
    /// <summary>Reads an object from end to end.</summary>
    /// <param name="store">The store.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="maximumLength">A longer object is damage: what is not there cannot make us allocate.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when there is no such object.</returns>
    /// <exception cref="LonghaulException">data.damaged: longer than the maximum, or cut while it was read.</exception>
    public static async ValueTask<byte[]?> ReadWholeAsync(
        this IObjectStore store,
        string name,
        int maximumLength,
        CancellationToken cancellationToken
    )
    {
        if (await store.GetLengthAsync(name, cancellationToken).ConfigureAwait(false) is not { } length)
        {
            return null;
        }

        if (length > maximumLength)
        {
            throw Errors.DataDamaged(
                name,
                maximumLength,
                $"it has {length} bytes, at most {maximumLength} are allowed"
            );
        }

        var content = new byte[length];
        var read = await store.ReadAsync(name, 0, content, cancellationToken).ConfigureAwait(false);
        return read switch
        {
            null => null,
            { } count when count < length => throw Errors.DataDamaged(name, count, "it ends early"),
            _ => content,
        };
    }
}
