using Longhaul.Format.Log;

namespace Longhaul.Storage.State;

/// <summary>The key list of an encrypted backup, as the log names it.</summary>
/// <param name="Number">The file's number.</param>
/// <param name="Generation">Generation of the list key in it: what is written from here on is under that.</param>
/// <param name="Hash">SHA-256 of the file.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record KeyListState(int Number, int Generation, Core.Digest Hash)
{
    /// <summary>What a record names.</summary>
    /// <param name="keys">The message.</param>
    /// <param name="file">The record's name, for errors.</param>
    internal static KeyListState Of(KeyListing keys, string file) =>
        new(checked((int)keys.Number), checked((int)keys.Generation), Fields.Hash(keys.Hash, file));
}
