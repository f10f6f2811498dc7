namespace Longhaul.Testing.Stores;

/// <summary>One call that changed a <see cref="PowerLossStore"/>.</summary>
/// <param name="Call">Which member.</param>
/// <param name="Name">The object.</param>
/// <param name="Content">What was put or appended; empty otherwise.</param>
/// <param name="Length">Bytes kept by a reopening; 0 otherwise.</param>
public sealed record PowerLossStep(StoreCall Call, string Name, ReadOnlyMemory<byte> Content, long Length);
