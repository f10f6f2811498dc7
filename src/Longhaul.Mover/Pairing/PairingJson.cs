using System.Text.Json.Serialization;

namespace Longhaul.Mover.Pairing;

/// <summary>The documents that a root keeps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PeerDocument))]
[JsonSerializable(typeof(InvitationDocument))]
[JsonSerializable(typeof(KnownMoverDocument))]
internal sealed partial class PairingJson : JsonSerializerContext;

/// <summary>A peer that a mover lets in.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Grants">What it may do, for each repository that it was invited to.</param>
internal sealed record PeerDocument(string Name, IReadOnlyList<PeerDocument.Grant> Grants)
{
    /// <summary>What a peer may do in one repository, or in all that nothing else is said of.</summary>
    internal sealed record Grant(
        string? Repository,
        IReadOnlyList<string> Allow,
        DateTimeOffset PairedAt,
        string Invitation
    );
}

/// <summary>An invitation that was not used yet.</summary>
internal sealed record InvitationDocument(string? Repository, IReadOnlyList<string> Allow, DateTimeOffset ExpiresAt);

/// <summary>A mover that was paired with.</summary>
internal sealed record KnownMoverDocument(string Fingerprint, DateTimeOffset PairedAt);
