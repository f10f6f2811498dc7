using System.Text.Json.Serialization;

namespace Longhaul.Mover.Pairing;

/// <summary>The documents that a root keeps.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(PeerDocument))]
[JsonSerializable(typeof(InvitationDocument))]
[JsonSerializable(typeof(KnownMoverDocument))]
internal sealed partial class PairingJson : JsonSerializerContext;

/// <summary>A peer that a mover lets in.</summary>
internal sealed record PeerDocument(
    string Name,
    string? Repository,
    IReadOnlyList<string> Allow,
    DateTimeOffset PairedAt,
    string Invitation
);

/// <summary>An invitation that was not used yet.</summary>
internal sealed record InvitationDocument(string? Repository, IReadOnlyList<string> Allow, DateTimeOffset ExpiresAt);

/// <summary>A mover that was paired with.</summary>
internal sealed record KnownMoverDocument(string Fingerprint, DateTimeOffset PairedAt);
