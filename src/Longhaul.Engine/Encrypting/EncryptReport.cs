namespace Longhaul.Engine.Encrypting;

/// <summary>What encrypting a backup did.</summary>
/// <param name="Segments">Segments written anew.</param>
/// <param name="BytesWritten">Bytes written by this call.</param>
/// <param name="BytesResumed">Bytes that an earlier, interrupted call had written.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record EncryptReport(int Segments, long BytesWritten, long BytesResumed);
