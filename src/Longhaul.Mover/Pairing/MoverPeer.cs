namespace Longhaul.Mover.Pairing;

/// <summary>A peer that a mover lets in, and what for: one of these for each repository that it was invited to.</summary>
/// <param name="Fingerprint">Its certificate.</param>
/// <param name="Name">What it calls itself: a host name, as it said; for people only.</param>
/// <param name="Repository">The repository; null for all that nothing else is said of.</param>
/// <param name="Allowed">What it may do there.</param>
/// <param name="PairedAt">Since when, UTC.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MoverPeer(
    Fingerprint Fingerprint,
    string Name,
    string? Repository,
    MoverPermissions Allowed,
    DateTimeOffset PairedAt
)
{
    /// <summary>Whether it may do something.</summary>
    /// <param name="permission">One permission.</param>
    public bool May(MoverPermissions permission) => Allowed.HasFlag(permission);
}
