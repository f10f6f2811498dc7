using System.Security.Cryptography.X509Certificates;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Microsoft.AspNetCore.Http;

namespace Longhaul.Mover.Serving;

/// <summary>Finds out who calls, and what he may do, at every call: who is revoked is out at his next one.</summary>
/// <param name="peers">Whom the mover lets in.</param>
/// <param name="repositories">What it shows.</param>
/// <param name="clock">For the dates in certificates.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class Caller(PeerBook peers, IReadOnlyList<ServedRepository> repositories, TimeProvider clock)
{
    private readonly Dictionary<string, ServedRepository> _repositories = repositories.ToDictionary(each => each.Name);

    /// <summary>The certificate of a call's connection.</summary>
    /// <param name="context">The call.</param>
    /// <exception cref="MoverRefusal">It has none that is valid now.</exception>
    internal Fingerprint Identify(HttpContext context)
    {
        var certificate =
            context.Connection.ClientCertificate
            ?? throw new MoverRefusal(Failure.Types.Code.NotPaired, "no certificate was shown");
        var now = clock.GetUtcNow();
        return now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime()
            ? throw new MoverRefusal(Failure.Types.Code.NotPaired, "the certificate is not valid now")
            : Fingerprint.Of(certificate);
    }

    /// <summary>The peer that makes a call.</summary>
    /// <param name="context">The call.</param>
    /// <exception cref="MoverRefusal">NOT_PAIRED.</exception>
    internal Fingerprint Peer(HttpContext context) => Grants(context)[0].Fingerprint;

    /// <summary>Whether a peer makes a call.</summary>
    /// <param name="context">The call.</param>
    internal bool IsPeer(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate && peers.Find(Fingerprint.Of(certificate)).Count > 0;

    /// <summary>The repository that a call is about, if the caller may do there what he asks.</summary>
    /// <param name="context">The call.</param>
    /// <param name="repository">The name that he says.</param>
    /// <param name="permission">What he needs.</param>
    /// <exception cref="MoverRefusal">NOT_PAIRED, NO_REPOSITORY, NOT_PERMITTED.</exception>
    internal (MoverPeer Peer, ServedRepository Repository) Enter(
        HttpContext context,
        string repository,
        MoverPermissions permission
    )
    {
        var grants = Grants(context);
        var peer =
            grants.FirstOrDefault(each => each.Repository == repository)
            ?? grants.FirstOrDefault(each => each.Repository is null);
        // One that is not for him and one that is not there look alike.
        if (!_repositories.TryGetValue(repository, out var served) || peer is null)
        {
            throw new MoverRefusal(Failure.Types.Code.NoRepository, "there is no such repository");
        }

        return peer.May(permission)
            ? (peer, served)
            : throw new MoverRefusal(
                Failure.Types.Code.NotPermitted,
                $"{string.Join(", ", MoverPermissionWords.Of(permission))} is not among what this peer may do"
            );
    }

    private IReadOnlyList<MoverPeer> Grants(HttpContext context) =>
        peers.Find(Identify(context)) is { Count: > 0 } grants
            ? grants
            : throw new MoverRefusal(Failure.Types.Code.NotPaired, "this certificate is not paired, or was revoked");

    /// <summary>Accepts any certificate in the handshake: who it is of is asked at each call, where the answer can be said.</summary>
    internal static bool AcceptAny(X509Certificate2 certificate) => certificate is not null;
}
