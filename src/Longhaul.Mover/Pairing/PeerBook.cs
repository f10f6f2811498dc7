using Longhaul.Core;

namespace Longhaul.Mover.Pairing;

/// <summary>Whom a mover lets in. Files of its root, so that a serving mover and the commands beside it see the same.</summary>
/// <param name="root">The mover's root.</param>
/// <threadsafety>All members may be called from any thread and process.</threadsafety>
public sealed class PeerBook(MoverRoot root)
{
    /// <summary>Finds a peer.</summary>
    /// <param name="fingerprint">Its certificate.</param>
    /// <returns>What it may do, repository by repository; empty when it is not paired, or was revoked.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public IReadOnlyList<MoverPeer> Find(Fingerprint fingerprint) =>
        RootFile.Find(FileOf(fingerprint), PairingJson.Default.PeerDocument) is { } found
            ? [.. found.Grants.Select(grant => Read(fingerprint, found.Name, grant))]
            : [];

    /// <summary>Lists the peers.</summary>
    /// <returns>Longest paired first.</returns>
    /// <exception cref="LonghaulException">store errors.</exception>
    public IReadOnlyList<MoverPeer> List()
    {
        var peers = new List<MoverPeer>();
        foreach (var path in RootFile.List(root.Peers))
        {
            if (Fingerprint.TryParse(Path.GetFileNameWithoutExtension(path), out var fingerprint))
            {
                peers.AddRange(Find(fingerprint));
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

    /// <summary>Lets a peer in. What it might do in other repositories stays; an invitation to all takes the place of all.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="invitation">Hash of the secret that it had.</param>
    internal void Add(MoverPeer peer, string invitation)
    {
        var path = FileOf(peer.Fingerprint);
        var grant = new PeerDocument.Grant(
            peer.Repository,
            MoverPermissionWords.Of(peer.Allowed),
            peer.PairedAt,
            invitation
        );
        var others = (RootFile.Find(path, PairingJson.Default.PeerDocument)?.Grants ?? []).Where(each =>
            peer.Repository is not null && each.Repository != peer.Repository
        );
        RootFile.Write(path, new PeerDocument(peer.Name, [.. others, grant]), PairingJson.Default.PeerDocument);
    }

    /// <summary>What a peer was let in for by an invitation: whose answer it then did not hear.</summary>
    /// <param name="fingerprint">Its certificate.</param>
    /// <param name="invitation">Hash of the secret.</param>
    internal MoverPeer? FindBy(Fingerprint fingerprint, string invitation) =>
        RootFile.Find(FileOf(fingerprint), PairingJson.Default.PeerDocument) is { } found
        && found.Grants.FirstOrDefault(each => each.Invitation == invitation) is { } grant
            ? Read(fingerprint, found.Name, grant)
            : null;

    private static MoverPeer Read(Fingerprint fingerprint, string name, PeerDocument.Grant grant) =>
        new(fingerprint, name, grant.Repository, MoverPermissionWords.Read(grant.Allow), grant.PairedAt);

    private string FileOf(Fingerprint fingerprint) => Path.Combine(root.Peers, $"{fingerprint}.json");
}
