using Longhaul.Core;

namespace Longhaul.Engine.Restoring;

/// <summary>Where the blocks of one disk are written.</summary>
/// <remarks>Disposed before it is finished, a file leaves nothing behind; a device keeps what was written.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal interface IRestoreTarget : IAsyncDisposable
{
    /// <summary>Writes a stretch; ranges come in ascending order, and what lies between them is to read as zeros.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="content">Not kept.</param>
    /// <param name="cancellationToken">Cancels what is to be written before it.</param>
    /// <exception cref="LonghaulException">store.no-space, store.io, store.access-denied.</exception>
    void Write(long offset, ReadOnlySpan<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes what was written durable, and, a file, gives it its name.</summary>
    /// <param name="cancellationToken">Cancels the call; then it is not finished.</param>
    /// <exception cref="LonghaulException">store.no-space, store.io: it cannot be relied on.</exception>
    Task FinishAsync(CancellationToken cancellationToken);
}
