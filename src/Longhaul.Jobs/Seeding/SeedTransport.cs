using System.Buffers;
using Longhaul.Core;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Seeding;

/// <summary>Brings files from one place to another: by a rename where both lie on one file system, else by a copy.</summary>
/// <remarks>Either way a file appears whole and durable, or not at all, and nothing is replaced.</remarks>
internal static class SeedTransport
{
    private const int ChunkSize = 4 << 20;

    /// <summary>Moves a file without copying its bytes.</summary>
    /// <param name="from">Where it lies.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="to">Where it is to lie.</param>
    /// <param name="toName">Its name there; nothing has it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when that is not possible: it must be copied.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal static ValueTask<bool> TryMoveAsync(
        IObjectStore from,
        string name,
        IObjectStore to,
        string toName,
        CancellationToken cancellationToken
    ) =>
        from is DirectoryStore source && to is DirectoryStore target
            ? target.TryMoveAsync(source, name, toName, cancellationToken)
            : ValueTask.FromResult(false);

    /// <summary>Copies a file; what an earlier copy that was cut off left is begun anew.</summary>
    /// <param name="from">Where it lies.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="to">Where it is to lie.</param>
    /// <param name="toName">Its name there; no finished file has it.</param>
    /// <param name="cancellationToken">Cancels the call; nothing but an unfinished file is there then.</param>
    /// <returns>Bytes copied.</returns>
    /// <exception cref="LonghaulException">store errors; data.missing, data.damaged: it is gone, or became shorter.</exception>
    internal static async ValueTask<long> CopyAsync(
        IObjectStore from,
        string name,
        IObjectStore to,
        string toName,
        CancellationToken cancellationToken
    )
    {
        var length =
            await from.GetLengthAsync(name, cancellationToken).ConfigureAwait(false) ?? throw Errors.DataMissing(name);
        await to.DeleteAsync(toName, cancellationToken).ConfigureAwait(false);
        var writer = await to.CreateAsync(toName, cancellationToken).ConfigureAwait(false);
        try
        {
            await using (writer.ConfigureAwait(false))
            {
                await CopyAsync(from, name, length, writer, cancellationToken).ConfigureAwait(false);
                await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (LonghaulException error) when (error.Code == "store.no-space")
        {
            // A half of a file is of no use, and who frees space needs every byte.
            await to.DeleteAsync(toName, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return length;
    }

    private static async ValueTask CopyAsync(
        IObjectStore from,
        string name,
        long length,
        IObjectWriter writer,
        CancellationToken cancellationToken
    )
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            for (long at = 0; at < length; )
            {
                var wanted = buffer.AsMemory(0, (int)Math.Min(ChunkSize, length - at));
                var read =
                    await from.ReadAsync(name, at, wanted, cancellationToken).ConfigureAwait(false)
                    ?? throw Errors.DataMissing(name);
                if (read < wanted.Length)
                {
                    throw Errors.DataDamaged(name, at + read, "it ends early");
                }

                await writer.WriteAsync(wanted, cancellationToken).ConfigureAwait(false);
                at += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
