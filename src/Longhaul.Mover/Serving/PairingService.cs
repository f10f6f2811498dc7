using Grpc.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Serving;

/// <summary>Lets a peer in for a token.</summary>
/// <param name="caller">Who calls.</param>
/// <param name="invitations">The tokens.</param>
internal sealed class PairingService(Caller caller, InvitationBook invitations) : Protocol.Messages.Pairing.PairingBase
{
    private const int LongestName = 64;

    /// <inheritdoc/>
    public override Task<RedeemReply> Redeem(RedeemRequest request, ServerCallContext context)
    {
        Protocols.Check(request.Protocol);
        var peer =
            invitations.Redeem(request.Secret.Span, caller.Identify(context.GetHttpContext()), NameOf(request.Name))
            ?? throw new MoverRefusal(Failure.Types.Code.Token, "it is used, over its time, or was never given out");
        var reply = new RedeemReply { Repository = peer.Repository ?? "" };
        reply.Allowed.AddRange(MoverPermissionWords.Of(peer.Allowed));
        return Task.FromResult(reply);
    }

    // It is shown on terminals.
    private static string NameOf(string said)
    {
        var kept = said.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');
        var name = string.Concat(kept.Take(LongestName));
        return name.Length == 0 ? "unnamed" : name;
    }
}

/// <summary>Holds both ends to one version of the protocol.</summary>
internal static class Protocols
{
    /// <summary>Refuses a peer of another version.</summary>
    /// <param name="version">What it speaks.</param>
    /// <exception cref="MoverRefusal">OTHER_PROTOCOL.</exception>
    internal static void Check(uint version)
    {
        if (version != MoverProtocol.Version)
        {
            throw new MoverRefusal(
                Failure.Types.Code.OtherProtocol,
                $"this mover speaks version {MoverProtocol.Version}, the peer {version}"
            );
        }
    }
}
