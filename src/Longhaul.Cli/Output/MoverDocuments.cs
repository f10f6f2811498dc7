namespace Longhaul.Cli.Output;

/// <summary>What <c>mover serve</c> prints when it listens.</summary>
/// <param name="Listening">Address and port.</param>
/// <param name="Fingerprint">The mover's.</param>
/// <param name="Root">Where its certificate and its peers are.</param>
/// <param name="Repositories">What it shows.</param>
internal sealed record MoverServingDocument(
    string Listening,
    string Fingerprint,
    string Root,
    IReadOnlyList<MoverServingDocument.ServedRepository> Repositories
)
{
    /// <summary>A repository that it shows.</summary>
    internal sealed record ServedRepository(string Name, string Path);
}

/// <summary>What <c>mover invite</c> prints.</summary>
/// <param name="Token">A secret, good once.</param>
/// <param name="Fingerprint">The mover's.</param>
/// <param name="Expires">Until when, UTC.</param>
/// <param name="Target">The only repository that it is for; null for all.</param>
/// <param name="Allow">What it allows.</param>
internal sealed record MoverInvitationDocument(
    string Token,
    string Fingerprint,
    DateTimeOffset Expires,
    string? Target,
    IReadOnlyList<string> Allow
);

/// <summary>A peer of a mover.</summary>
/// <param name="Id">Its fingerprint.</param>
/// <param name="Name">What it calls itself.</param>
/// <param name="Target">The only repository that it sees; null for all.</param>
/// <param name="Allow">What it may do.</param>
/// <param name="Paired">Since when, UTC.</param>
internal sealed record MoverPeerDocument(
    string Id,
    string Name,
    string? Target,
    IReadOnlyList<string> Allow,
    DateTimeOffset Paired
);
