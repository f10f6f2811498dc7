namespace Longhaul.Format.Log;

/// <summary>A record of a backup's log, as its reader can see it.</summary>
/// <param name="Open">The part that is readable without keys.</param>
/// <param name="SealedPart">The sealed part; null when the reader has no key to it.</param>
/// <param name="KeyGeneration">Generation of the list key that it is sealed and vouched for under; 0 for a plain record.</param>
/// <param name="IsVouchedFor">Whether it has a MAC, and the reader has checked it.</param>
public sealed record DecodedRecord(Record Open, Sealed? SealedPart, int KeyGeneration, bool IsVouchedFor);
