namespace Longhaul.Catalog.Backups;

/// <summary>A list key that this client has opened in a backup: later ones go on from it, and earlier ones hold no more.</summary>
/// <param name="Generation">Its generation, from 1.</param>
/// <param name="Check">Its check value, 32 hex digits; no secret: it stands in the key list.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SeenKey(int Generation, string Check);
