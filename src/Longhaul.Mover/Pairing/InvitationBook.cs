using Longhaul.Core;

namespace Longhaul.Mover.Pairing;

/// <summary>Makes invitations to a mover, and takes each once.</summary>
/// <param name="root">The mover's root.</param>
/// <param name="clock">For how long they are good.</param>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public sealed class InvitationBook(MoverRoot root, TimeProvider clock)
{
    private readonly Lock _letting = new();

    /// <summary>How long an invitation is good.</summary>
    public static TimeSpan Term { get; } = TimeSpan.FromHours(1);

    /// <summary>Invites one peer.</summary>
    /// <param name="mover">The mover's certificate.</param>
    /// <param name="repository">The only repository that it will see; null for all.</param>
    /// <param name="allowed">What it will be allowed to do.</param>
    /// <returns>The token, which stands nowhere else, and until when it is good, UTC.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public (MoverToken Token, DateTimeOffset ExpiresAt) Invite(
        Fingerprint mover,
        string? repository,
        MoverPermissions allowed
    )
    {
        var token = MoverToken.Create(mover);
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds((clock.GetUtcNow() + Term).ToUnixTimeSeconds());
        RootFile.Write(
            FileOf(MoverToken.HashOf(token.Secret)),
            new InvitationDocument(repository, MoverPermissionWords.Of(allowed), expiresAt),
            PairingJson.Default.InvitationDocument
        );
        return (token, expiresAt);
    }

    /// <summary>Lets a peer in for an invitation, which is then used up.</summary>
    /// <param name="secret">What the peer says.</param>
    /// <param name="fingerprint">The peer's certificate.</param>
    /// <param name="name">What the peer calls itself.</param>
    /// <returns>The peer; null when there is no such invitation, any more or yet. A peer that has used it already is told
    /// the same again.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal MoverPeer? Redeem(ReadOnlySpan<byte> secret, Fingerprint fingerprint, string name)
    {
        RemoveExpired();
        var peers = new PeerBook(root);
        var hash = MoverToken.HashOf(secret);
        var path = FileOf(hash);
        if (peers.FindBy(fingerprint, hash) is { } already)
        {
            File.Delete(path);
            return already;
        }

        var taken = $"{path}.{Guid.NewGuid():N}.taken";
        try
        {
            // Of two who come at once, one can move it.
            File.Move(path, taken);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        var invitation = RootFile.Find(taken, PairingJson.Default.InvitationDocument);
        MoverPeer? peer = null;
        if (invitation is not null && invitation.ExpiresAt > clock.GetUtcNow())
        {
            peer = new MoverPeer(
                fingerprint,
                name,
                invitation.Repository,
                MoverPermissionWords.Read(invitation.Allow),
                clock.GetUtcNow()
            );
            lock (_letting)
            {
                peers.Add(peer, hash);
            }
        }

        File.Delete(taken);
        return peer;
    }

    private void RemoveExpired()
    {
        foreach (var path in RootFile.List(root.Invitations))
        {
            var found = RootFile.Find(path, PairingJson.Default.InvitationDocument);
            if (found is not null && found.ExpiresAt <= clock.GetUtcNow())
            {
                File.Delete(path);
            }
        }
    }

    private string FileOf(string hash) => Path.Combine(root.Invitations, $"{hash}.json");
}
