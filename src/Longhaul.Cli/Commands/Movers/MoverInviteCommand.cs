using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol;

namespace Longhaul.Cli.Commands.Movers;

/// <summary><c>mover invite --root DIR [--target NAME] [--allow read,append,delete,admin]</c></summary>
internal sealed class MoverInviteCommand : CliCommand
{
    private readonly Option<string> _root = MoverOptions.Root();
    private readonly Option<string?> _target = CliOptions.Text(
        "--target",
        "NAME",
        "The only repository that the peer is to see; without it, all of them"
    );

    private readonly Option<string[]> _allow = CliOptions.List(
        "--allow",
        "WHAT",
        "What the peer may do: read, append, delete, admin, with commas between (read,append)"
    );

    /// <summary>Makes the command.</summary>
    public MoverInviteCommand()
        : base(
            "invite",
            "Prints a token that lets one peer in, once, within an hour",
            "longhaul mover invite --root /var/lib/longhaul/mover",
            "longhaul mover invite --root /var/lib/longhaul/mover --target main --allow read,append,delete"
        )
    {
        Add(_root);
        Add(_target);
        Add(_allow);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var target = context.Value(_target);
        if (target is not null && !MoverUrl.IsRepositoryName(target))
        {
            throw Errors.UsageInvalid(
                $"'{target}' is no repository of a mover",
                "Name it as 'longhaul mover serve --repository NAME=DIR' does."
            );
        }

        var words = string.Join(',', context.Value(_allow)!);
        var allowed = words.Length == 0 ? MoverPermissionWords.Default : MoverPermissionWords.Parse(words);
        var root = context.Root(_root);
        using var identity = MoverIdentity.FindOrCreate(root, context.TimeProvider);
        var (token, expiresAt) = new InvitationBook(root, context.TimeProvider).Invite(
            identity.Fingerprint,
            target,
            allowed
        );
        var document = new MoverInvitationDocument(
            token.ToString(),
            identity.Fingerprint.ToString(),
            expiresAt,
            target,
            MoverPermissionWords.Of(allowed)
        );
        context.Print(
            document,
            CliJson.Context.MoverInvitationDocument,
            () =>
                PeopleTables.Facts([
                    ("Token", document.Token),
                    ("Fingerprint", document.Fingerprint),
                    ("Good until", InstantValue.FormatShort(document.Expires)),
                    ("For", document.Target ?? "every repository"),
                    ("Allows", string.Join(", ", document.Allow)),
                ])
        );
        context.Say("Carry the token to the peer in a file that only it can read, and use it there with");
        context.Say("  longhaul repository add NAME mover://HOST:PORT/REPOSITORY --token-file FILE");
        return Task.FromResult(ExitCodes.Done);
    }
}
