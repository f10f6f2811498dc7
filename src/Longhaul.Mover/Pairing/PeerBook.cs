using Longhaul.Core;

namespace Longhaul.Mover.Pairing;

/// <summary>Whom a mover lets in. Files of its root, so that a serving mover and the commands beside it see the same.</summary>
/// <param name="root">The mover's root.</param>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public sealed class PeerBook(MoverRoot root)
{
    /// <summary>Finds a peer.</summary>
    /// <param name="fingerprint">Its certificate.</param>
    /// <returns>Null when it is not paired, or was revoked.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public MoverPeer? Find(Fingerprint fingerprint) =>
        RootFile.Find(FileOf(fingerprint), PairingJson.Default.PeerDocument) is { } found
            ? Read(fingerprint, found)
            : null;

    /// <summary>Lists the peers.</summary>
    /// <returns>Longest paired first.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public IReadOnlyList<MoverPeer> List()
    {
        var peers = new List<MoverPeer>();
        foreach (var path in RootFile.List(root.Peers))
        {
            if (
                Fingerprint.TryParse(Path.GetFileNameWithoutExtension(path), out var fingerprint)
                && Find(fingerprint) is { } peer
            )
            {
                peers.Add(peer);
            }
        }

        return [.. peers.OrderBy(peer => peer.PairedAt)];
    }

    /// <summary>Lets a peer in no more.</summary>
    /// <param name="fingerprint">Its certificate.</param>
    /// <returns>False when it was not let in.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public bool Revoke(Fingerprint fingerprint)
    {
        var path = FileOf(fingerprint);
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <summary>Lets a peer in.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="invitation">Hash of the secret that it had.</param>
    internal void Add(MoverPeer peer, string invitation) =>
        RootFile.Write(
            FileOf(peer.Fingerprint),
            new PeerDocument(
                peer.Name,
                peer.Repository,
                MoverPermissionWords.Of(peer.Allowed),
                peer.PairedAt,
                invitation
            ),
            PairingJson.Default.PeerDocument
        );

    /// <summary>Whether a peer was let in by an invitation: whose answer it then did not hear.</summary>
    /// <param name="fingerprint">Its certificate.</param>
    /// <param name="invitation">Hash of the secret.</param>
    internal bool IsFrom(Fingerprint fingerprint, string invitation) =>
        RootFile.Find(FileOf(fingerprint), PairingJson.Default.PeerDocument)?.Invitation == invitation;

    private static MoverPeer Read(Fingerprint fingerprint, PeerDocument found) =>
        new(fingerprint, found.Name, found.Repository, MoverPermissionWords.Read(found.Allow), found.PairedAt);

    private string FileOf(Fingerprint fingerprint) => Path.Combine(root.Peers, $"{fingerprint}.json");
}
