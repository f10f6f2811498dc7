using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Mover.Pairing;

namespace Longhaul.Cli.Commands.Movers;

/// <summary><c>mover peers list --root DIR</c></summary>
internal sealed class MoverPeersListCommand : CliCommand
{
    private readonly Option<string> _root = MoverOptions.Root();

    /// <summary>Makes the command.</summary>
    public MoverPeersListCommand()
        : base(
            "list",
            "Lists the peers that a mover lets in",
            "longhaul mover peers list --root /var/lib/longhaul/mover"
        )
    {
        Add(_root);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<MoverPeerDocument> peers = [.. new PeerBook(context.Root(_root)).List().Select(Describe)];
        context.Print(
            peers,
            CliJson.Context.MoverPeers,
            () =>
                PeopleTables.Things(
                    ["Name", "Sees", "May", "Since", "Fingerprint"],
                    peers.Select(peer =>
                        (IReadOnlyList<string?>)
                            [
                                peer.Name,
                                peer.Target ?? "every repository",
                                string.Join(", ", peer.Allow),
                                InstantValue.FormatShort(peer.Paired),
                                peer.Id,
                            ]
                    ),
                    "No peer was paired yet. Invite one with 'longhaul mover invite'."
                )
        );
        return Task.FromResult(ExitCodes.Done);
    }

    /// <summary>A peer as it is printed.</summary>
    /// <param name="peer">The peer.</param>
    internal static MoverPeerDocument Describe(MoverPeer peer) =>
        new(
            peer.Fingerprint.ToString(),
            peer.Name,
            peer.Repository,
            MoverPermissionWords.Of(peer.Allowed),
            peer.PairedAt
        );
}
