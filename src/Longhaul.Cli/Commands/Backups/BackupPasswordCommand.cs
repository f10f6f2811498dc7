using System.CommandLine;
using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Passwords;

namespace Longhaul.Cli.Commands.Backups;

/// <summary><c>backup password BACKUP [--add F|--change F|--remove N] [--hint TEXT]</c></summary>
internal sealed class BackupPasswordCommand : CliCommand
{
    private readonly Argument<string> _backup = new("BACKUP")
    {
        Description = "Name, REPOSITORY/NAME or id of the backup",
    };
    private readonly Option<string?> _add = new("--add")
    {
        Description = "A file with a password that is to open the backup too",
        HelpName = "FILE",
    };
    private readonly Option<string?> _change = new("--change")
    {
        Description =
            "A file with a password that takes the place of the first one given with --password-file, else of the one kept",
        HelpName = "FILE",
    };
    private readonly Option<int?> _remove = CliOptions.Count(
        "--remove",
        "Number of the password that is to go, as listed without options",
        least: 1
    );
    private readonly Option<string?> _hint = new("--hint")
    {
        Description = "What reminds people of the new password; everybody who sees the folder can read it",
        HelpName = "TEXT",
    };

    private readonly Option<bool> _noRemember = CliOptions.NoRemember();

    /// <summary>Makes the command.</summary>
    public BackupPasswordCommand()
        : base(
            "password",
            "Lists, adds, changes and takes away the passwords that open an encrypted backup",
            "longhaul backup password offsite/nightly",
            "longhaul backup password offsite/nightly --add second.password --password-file first.password",
            "longhaul backup password offsite/nightly --change new.password --password-file old.password"
        )
    {
        Add(_backup);
        Add(_add);
        Add(_change);
        Add(_remove);
        Add(_hint);
        Add(_noRemember);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var change = ReadChange(context);
        var entry = await context.FindBackupAsync(context.Value(_backup), cancellationToken);
        var workplace = context.Workplace();
        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken);
        if (change is null)
        {
            var list =
                await backup.Folder.ReadKeyListAsync(cancellationToken)
                ?? throw Errors.BackupNotEncrypted(entry.Folder);
            Show(context, PasswordsDocument.Of(entry.Folder, list));
            return ExitCodes.Done;
        }

        var passwords = new BackupPasswords(workplace);
        var plan = await passwords.PlanAsync(backup, change, cancellationToken);
        Ask(context, entry.Folder, change, plan);
        var next = await passwords.ChangeAsync(backup, plan, remember: !context.Value(_noRemember), cancellationToken);
        Show(context, PasswordsDocument.Of(entry.Folder, next));
        if (plan.IsNewKey)
        {
            context.Say(
                "What is written from now on is closed to the old password. What was written before stays open to whoever has it "
                    + "and this folder, or a copy of it."
            );
        }

        if (plan.Stale.Count > 0)
        {
            context.Say(
                context.Value(_noRemember)
                    ? "The password that was kept is kept no more."
                    : "What is kept for later runs is the password that holds from now on."
            );
        }

        return ExitCodes.Done;
    }

    private PasswordChange? ReadChange(CommandContext context)
    {
        var given = new Option[] { _add, _change, _remove }.Count(context.IsGiven);
        var hint = context.Value(_hint);
        if (given > 1)
        {
            throw Errors.UsageInvalid("--add, --change and --remove do not go together");
        }

        if (hint is not null && (given == 0 || context.IsGiven(_remove)))
        {
            throw Errors.UsageInvalid("--hint goes with --add or --change");
        }

        if (hint?.Length > KeySlot.MaxHint)
        {
            throw Errors.UsageInvalid($"a hint has at most {KeySlot.MaxHint} characters");
        }

        return given == 0
            ? null
            : new PasswordChange
            {
                Add = context.Value(_add) is { } added ? PasswordFiles.Read(added) : null,
                Replace = context.Value(_change) is { } replacing ? PasswordFiles.Read(replacing) : null,
                Remove = context.Value(_remove),
                Hint = hint,
            };
    }

    /// <summary>Asks where somebody is shut out, and names whoever is only because his password was not given.</summary>
    private static void Ask(CommandContext context, string backup, PasswordChange change, PasswordPlan plan)
    {
        if (plan.NotGiven.Count == 0 && change.Remove is null)
        {
            return;
        }

        var going = string.Join(", ", plan.Going.Concat(plan.NotGiven).Select(slot => Describe(plan.Present, slot)));
        var others =
            plan.NotGiven.Count == 0
                ? ""
                : $" ({Number(plan.NotGiven.Count)} of them because not given: a new key is made, with --password-file for each "
                    + "that is to stay)";
        context.Confirm($"Close backup '{backup}' from now on to password {going}{others}?");
    }

    private static string Describe(KeyList list, int slot) => $"{Number(slot + 1)} ({list.Slots[slot].Hint})";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Show(CommandContext context, PasswordsDocument document) =>
        context.Print(
            document,
            EngineJson.Context.PasswordsDocument,
            () =>
                PeopleTables.Things(
                    [">No", "Since", "Hint"],
                    document.Passwords.Select(password =>
                        (IReadOnlyList<string?>)
                            [Number(password.Number), InstantValue.FormatShort(password.Created), password.Hint]
                    ),
                    ""
                )
        );
}
