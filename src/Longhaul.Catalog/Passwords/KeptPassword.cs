namespace Longhaul.Catalog.Passwords;

/// <summary>A password that is kept for later runs, sealed.</summary>
/// <param name="For">What it is for.</param>
/// <param name="Sealed">What only the home's key file opens; never the password.</param>
/// <param name="KeptAt">Since when, UTC, in whole milliseconds.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record KeptPassword(KeptFor For, ReadOnlyMemory<byte> Sealed, DateTimeOffset KeptAt);
