using Longhaul.Core;
using Longhaul.Format.Log;

namespace Longhaul.Storage.Logs;

/// <summary>One record as read from the log.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Open">The part that is readable without keys.</param>
/// <param name="SealedPart">The part that is sealed in an encrypted backup; empty where the reader has no key to it.</param>
/// <param name="KeyGeneration">Generation of the list key that it is vouched for under; 0: nobody vouches for it.</param>
/// <param name="Hash">SHA-256 of its file.</param>
/// <param name="File">All of its file.</param>
public sealed record LogEntry(
    long Number,
    Record Open,
    Sealed SealedPart,
    int KeyGeneration,
    Digest Hash,
    ReadOnlyMemory<byte> File
);
