using System.Collections.Immutable;

namespace Longhaul.Storage.Stores;

/// <summary>All that a <see cref="MemoryObjectStore"/> holds at one moment.</summary>
/// <param name="Objects">Finished objects by name, in ordinal order.</param>
/// <param name="Unfinished">Unfinished objects by name, in ordinal order.</param>
/// <threadsafety>Immutable, as long as nobody writes through the memory it refers to.</threadsafety>
public sealed record MemoryStoreSnapshot(
    ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> Objects,
    ImmutableSortedDictionary<string, UnfinishedObject> Unfinished
)
{
    /// <summary>Names of the finished objects that are protected from deletion.</summary>
    public ImmutableHashSet<string> Protected { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>A store in which there is nothing.</summary>
    public static MemoryStoreSnapshot Empty { get; } =
        new(
            ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal),
            ImmutableSortedDictionary.Create<string, UnfinishedObject>(StringComparer.Ordinal)
        );
}

/// <summary>An object that was begun and not completed.</summary>
/// <param name="Content">All bytes written so far.</param>
/// <param name="Watermark">How many of them survive power loss, in bytes; 0 to the length of <paramref name="Content"/>.</param>
public sealed record UnfinishedObject(ReadOnlyMemory<byte> Content, long Watermark);
