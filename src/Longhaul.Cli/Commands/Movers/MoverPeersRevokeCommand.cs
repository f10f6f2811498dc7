using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Core;
using Longhaul.Mover.Pairing;

namespace Longhaul.Cli.Commands.Movers;

/// <summary><c>mover peers revoke PEER --root DIR</c></summary>
internal sealed class MoverPeersRevokeCommand : CliCommand
{
    private readonly Option<string> _root = MoverOptions.Root();
    private readonly Argument<string> _peer = new("PEER")
    {
        Description = "Its name, its fingerprint, or the beginning of that",
    };

    /// <summary>Makes the command.</summary>
    public MoverPeersRevokeCommand()
        : base(
            "revoke",
            "Lets a peer in no more, from its next call on",
            "longhaul mover peers revoke branch-office --root /var/lib/longhaul/mover"
        )
    {
        Add(_peer);
        Add(_root);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var book = new PeerBook(context.Root(_root));
        var text = context.Value(_peer);
        var peers = book.List();
        var found = peers
            .Where(peer => peer.Name == text || peer.Fingerprint.ToString().StartsWith(text, StringComparison.Ordinal))
            .ToList();
        var peer = found.DistinctBy(each => each.Fingerprint).Count() switch
        {
            0 => throw Errors.MoverPeerNotFound(text),
            1 => found[0],
            _ => throw Errors.NameAmbiguous(
                text,
                [.. found.Select(each => each.Fingerprint.ToString()).Distinct(StringComparer.Ordinal)]
            ),
        };
        context.Confirm($"Let {peer.Name} ({peer.Fingerprint}) in no more?");
        _ = book.Revoke(peer.Fingerprint);
        var document = MoverPeersListCommand.Describe(peer);
        context.Print(
            document,
            CliJson.Context.MoverPeerDocument,
            () => PeopleTables.Facts([("Revoked", document.Name), ("Fingerprint", document.Id)])
        );
        return Task.FromResult(ExitCodes.Done);
    }
}
