namespace Longhaul.Storage.Stores;

/// <summary>Keeps whole objects by name: a directory, a bucket, a remote mover, or a test's memory.</summary>
/// <remarks>
/// <para>Every store keeps these promises; <c>ObjectStoreContract</c> checks each of them for each store.</para>
/// <list type="number">
/// <item>Durable: when <see cref="PutIfAbsentAsync"/> or <see cref="IObjectWriter.CompleteAsync"/> completes, the object
/// survives power loss.</item>
/// <item>Atomic: no reader ever sees part of an object.</item>
/// <item>Nothing is ever replaced: a name that is taken stays what it is until it is deleted.</item>
/// <item>Read-your-writes: what completed is visible to the next call from any process.</item>
/// <item>Ordered: listings are in ordinal order of the names, each at most once.</item>
/// </list>
/// <para>A missing object is a normal answer (null, false), not an exception. Names are what
/// <see cref="ObjectNames"/> lets through; an <see cref="ArgumentException"/> otherwise. A name is never both an
/// object and a folder: below an object's name nothing is put.</para>
/// <para>A folder is there while something is below it: it appears with the first put and goes with the last
/// delete. A crash may leave an empty one behind, which <see cref="ListFoldersAsync"/> shows.</para>
/// <para>When a put, complete or delete throws, its effect may be there all the same; whoever must know asks
/// again.</para>
/// <para>Every member may throw store.unreachable, store.access-denied, store.io; those that write, store.no-space.</para>
/// <para>Source: docs/format.md, section "Store".</para>
/// </remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public interface IObjectStore
{
    /// <summary>The path or URL, for people.</summary>
    string Location { get; }

    /// <summary>The size at which a segment is sealed, in bytes: 1 GiB in a directory, 64 MiB in an object store.</summary>
    long BestSegmentSize { get; }

    /// <summary>Keeps objects from being deleted.</summary>
    IObjectProtection Protection { get; }

    /// <summary>Lists objects below a folder, at any depth.</summary>
    /// <param name="folder">Empty for all, or a folder's name ending in a slash.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>In ordinal order of the names; without unfinished ones.</returns>
    IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Lists the folders directly below a folder.</summary>
    /// <param name="folder">Empty for the top, or a folder's name ending in a slash.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Names without the parent and without a slash, in ordinal order; those holding only unfinished objects too.</returns>
    IAsyncEnumerable<string> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Lists objects that a writer began and did not complete.</summary>
    /// <param name="folder">As in <see cref="ListAsync"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>In ordinal order, with their present length; empty in a store that forgets them.</returns>
    IAsyncEnumerable<StoredObject> ListUnfinishedAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Finds an object's length.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes; null when there is no such object.</returns>
    ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads a range of an object.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="offset">First byte to read, from 0.</param>
    /// <param name="destination">Filled from the front.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Bytes read, fewer than asked only at the object's end; null when there is no such object.</returns>
    ValueTask<int?> ReadAsync(string name, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Writes a small object, unless the name is taken. An unfinished object takes no name.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="content">All of the object; not kept after the call.</param>
    /// <param name="cancellationToken">Cancels the call; the object is then either wholly there or not at all.</param>
    /// <returns>False when the name was taken: nothing was changed.</returns>
    ValueTask<bool> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Begins an object that is written as a stream and appears when it is completed.</summary>
    /// <param name="name">A name that nothing has, finished or not; an <see cref="IOException"/> otherwise.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The writer; the caller disposes it.</returns>
    ValueTask<IObjectWriter> CreateAsync(string name, CancellationToken cancellationToken);

    /// <summary>Goes on with an unfinished object whose writer is gone, after cutting it at a watermark.</summary>
    /// <param name="name">A name out of <see cref="ListUnfinishedAsync"/>.</param>
    /// <param name="length">Bytes to keep, at most its present length.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The writer, at <paramref name="length"/>; null when there is no such unfinished object, it is
    /// shorter, or its writer is alive, in whatever process.</returns>
    ValueTask<IObjectWriter?> ReopenAsync(string name, long length, CancellationToken cancellationToken);

    /// <summary>Removes an object, finished or not.</summary>
    /// <param name="name">The object's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when there was no such object.</returns>
    /// <exception cref="Core.LonghaulException">store.protected: its protection was not lifted.</exception>
    ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken);

    /// <summary>Asks how much room there is.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when the store cannot say.</returns>
    ValueTask<StoreCapacity?> GetCapacityAsync(CancellationToken cancellationToken);
}
