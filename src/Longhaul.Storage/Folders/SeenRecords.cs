using Longhaul.Core;
using Longhaul.Storage.Logs;

namespace Longhaul.Storage.Folders;

/// <summary>What is remembered of the records that were read.</summary>
/// <remarks>Memory: a hash for each record, and a name for each file that one of them condemned; not the records.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeenRecords
{
    private readonly Dictionary<long, Digest> _hashes = [];
    private readonly Dictionary<string, long> _condemned = new(StringComparer.Ordinal);

    /// <summary>Bytes of the newest whole record; 0 before the first.</summary>
    internal long WholeSize { get; private set; }

    /// <summary>Bytes of the records after it.</summary>
    internal long SinceWhole { get; private set; }

    /// <summary>Remembers a record.</summary>
    /// <param name="entry">The record.</param>
    internal void Add(LogEntry entry)
    {
        _hashes[entry.Number] = entry.Hash;
        foreach (var file in entry.Open.FilesCondemned)
        {
            _condemned.TryAdd(file.Name, entry.Number);
        }

        (WholeSize, SinceWhole) = entry.Open.Whole
            ? (entry.File.Length, 0)
            : (WholeSize, SinceWhole + entry.File.Length);
    }

    /// <summary>The list has become too long for a record: no further one is tried.</summary>
    internal void GiveUpWhole() => WholeSize = long.MaxValue;

    /// <summary>The hash of a record.</summary>
    /// <param name="number">The record's number.</param>
    /// <returns>Null when it was not read.</returns>
    internal Digest? HashOf(long number) => _hashes.TryGetValue(number, out var hash) ? hash : null;

    /// <summary>The record that condemned a file by name.</summary>
    /// <param name="file">The file's name.</param>
    /// <returns>Its number; null when none of those read did.</returns>
    internal long? CondemnedBy(string file) => _condemned.TryGetValue(file, out var number) ? number : null;
}
