using System.CommandLine;
using System.Globalization;
using Longhaul.Catalog.Repositories;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Jobs.Seeding;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Seeds;

/// <summary><c>seed receive DIR… --repository R [--name NAME]</c></summary>
internal sealed class SeedReceiveCommand : CliCommand
{
    private readonly Argument<string[]> _folders = new("DIR")
    {
        Description = "The carried folder, or the folders of all parts",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string> _repository = new("--repository")
    {
        Description = "Where it goes: name or id of the repository",
        HelpName = "R",
        Required = true,
    };
    private readonly Option<string?> _name = CliOptions.Text(
        "--name",
        "NAME",
        "What its folder is called (default: as it was)"
    );

    /// <summary>Makes the command.</summary>
    public SeedReceiveCommand()
        : base(
            "receive",
            "Checks a carried seed and brings it into a repository: by rename on the same file system, else by copying",
            "longhaul seed receive /mnt/usb --repository offsite",
            "longhaul seed receive /mnt/disk1 /mnt/disk2 --repository offsite"
        )
    {
        Add(_folders);
        Add(_repository);
        Add(_name);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        RepositoryEntry repository;
        await using (var view = await context.Catalog.ReadAsync(cancellationToken))
        {
            repository = await NameResolver.RepositoryAsync(view, context.Value(_repository)!, cancellationToken);
        }

        var name = context.Value(_name) is { } given ? NameResolver.NewName(given) : null;
        ReceivedSeed received;
        await using (var display = ProgressDisplay.Start(context))
        {
            received = await new SeedReceiver(context.Workplace()).ReceiveAsync(
                context.Value(_folders),
                repository.Id,
                name,
                new ProgressFeed(display, context.TimeProvider),
                cancellationToken
            );
        }

        var document = new ReceivedSeedDocument
        {
            Backup = received.Folder,
            BackupId = received.List.Backup.ToString(),
            Repository = repository.Name,
            RepositoryId = repository.Id.ToString(),
            Encrypted = received.List.Encrypted,
            FilesMoved = received.FilesMoved,
            FilesCopied = received.FilesCopied,
            BytesCopied = received.BytesCopied,
            Machines = SeedMachineDocument.Of(received.List),
            AwaitedBy = received.Awaiting,
        };
        context.Print(document, EngineJson.Context.ReceivedSeedDocument, () => Show(document));
        foreach (var job in received.Awaiting)
        {
            context.Say($"Job '{job}' awaits it: longhaul job map {job} {repository.Name}/{received.Folder}");
        }

        return ExitCodes.Done;
    }

    private static Rows Show(ReceivedSeedDocument seed) =>
        new(
            PeopleTables.Facts([
                ("Backup", seed.Backup),
                ("Repository", seed.Repository),
                ("Encrypted", seed.Encrypted ? "yes" : "no"),
                ("Renamed", seed.FilesMoved.ToString(CultureInfo.InvariantCulture) + " files"),
                (
                    "Copied",
                    $"{seed.FilesCopied.ToString(CultureInfo.InvariantCulture)} files, {SizeValue.Format(seed.BytesCopied)}"
                ),
            ]),
            SeedOutput.Machines(seed.Machines)
        );
}
