namespace Longhaul.Format.Bytes;

/// <summary>The parts of a small file.</summary>
/// <param name="Open">Readable without keys.</param>
/// <param name="Sealed">The sealed part, opened; null when the reader has no key to it.</param>
/// <param name="KeyGeneration">The key it is sealed under; 0 for a plain file.</param>
/// <param name="IsVouchedFor">Whether there is a MAC, and it was checked.</param>
internal readonly record struct SealedParts(
    ReadOnlyMemory<byte> Open,
    ReadOnlyMemory<byte>? Sealed,
    int KeyGeneration,
    bool IsVouchedFor
);
