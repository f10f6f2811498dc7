using System.Collections.Immutable;

namespace Longhaul.Format.Keys;

/// <summary>What a password opens: a backup's list keys, up to the generation of its slot.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class BackupKeys
{
    private readonly ImmutableArray<ListKey> _keys;

    /// <summary>Puts keys together.</summary>
    /// <param name="keys">Generations 1, 2 … in order; at least one.</param>
    /// <param name="digestKey">32 bytes.</param>
    internal BackupKeys(ImmutableArray<ListKey> keys, byte[] digestKey)
    {
        _keys = keys;
        DigestKey = digestKey;
    }

    /// <summary>The newest: what is written now is under it.</summary>
    public ListKey Newest => _keys[^1];

    /// <summary>Names contents to those who have no keys.</summary>
    internal ReadOnlyMemory<byte> DigestKey { get; }

    /// <summary>All of them, oldest first.</summary>
    internal ImmutableArray<ListKey> All => _keys;

    /// <summary>Finds a generation.</summary>
    /// <param name="generation">Any number.</param>
    /// <returns>Null when the password does not open it.</returns>
    public ListKey? Find(int generation) =>
        generation >= 1 && generation <= _keys.Length ? _keys[generation - 1] : null;

    /// <inheritdoc/>
    public override string ToString() => $"(keys to generation {Newest.Generation})";
}
