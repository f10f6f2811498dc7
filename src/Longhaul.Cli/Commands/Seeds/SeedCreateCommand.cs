using System.CommandLine;
using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Seeding;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Seeds;

/// <summary><c>seed create JOB --to DIR [--split SIZE] [--anew]</c></summary>
internal sealed class SeedCreateCommand : CliCommand
{
    private readonly Argument<string> _job = new("JOB") { Description = "Name or id of the copy job" };
    private readonly Option<string> _to = new("--to")
    {
        Description = "The folder, such as a mounted disk; made if it is missing",
        HelpName = "DIR",
        Required = true,
    };
    private readonly Option<long?> _split = CliOptions.Value<long>(
        "--split",
        "SIZE",
        "Split into folders DIR/part1, DIR/part2 … of at most this size, such as 900GiB, to be carried on several disks",
        SizeValue.TryParse
    );
    private readonly Option<bool> _anew = CliOptions.Flag(
        "--anew",
        "Give up a seed that the job waits for already, and make another"
    );

    /// <summary>Makes the command.</summary>
    public SeedCreateCommand()
        : base(
            "create",
            "Makes a copy job's first run to a folder that is carried to the target; an interrupted one goes on where it was",
            "longhaul seed create offsite --to /mnt/usb",
            "longhaul seed create offsite --to /srv/out --split 900GiB",
            "longhaul seed create offsite --to /mnt/usb --password-file seed.password"
        )
    {
        Add(_job);
        Add(_to);
        Add(_split);
        Add(_anew);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        var options = new SeedOptions(context.Value(_to)!, context.Value(_split), context.Value(_anew));
        CreatedSeed seed;
        await using (var display = ProgressDisplay.Start(context))
        {
            seed = await new SeedCreation(context.Workplace()).CreateAsync(
                job,
                options,
                new ProgressFeed(display, context.TimeProvider),
                cancellationToken
            );
        }

        var document = Document(job, Path.GetFullPath(options.Folder), seed);
        context.Print(document, EngineJson.Context.CreatedSeedDocument, () => Show(document));
        if (seed.List is null)
        {
            context.Warn("not finished: a machine failed. Run the same command again: it goes on where it was.");
            return ExitCodes.Failed;
        }

        context.Say(
            $"Carry {(seed.Parts.Count == 1 ? "the folder" : "the folders")}; on arrival 'longhaul seed check' and 'longhaul seed "
                + $"receive'. Until job '{job.Name}' is mapped to it, its runs send nothing."
        );
        return ExitCodes.Done;
    }

    private static CreatedSeedDocument Document(JobDefinition job, string folder, CreatedSeed seed) =>
        new()
        {
            Job = job.Name,
            JobId = job.Id.ToString(),
            Complete = seed.List is not null,
            Folder = folder,
            Backup = seed.List?.Name,
            BackupId = seed.List?.Backup.ToString(),
            Encrypted = seed.List?.Encrypted ?? job.Encrypt,
            SizeBytes = seed.List?.SizeBytes ?? 0,
            Files = seed.List?.Files.Count ?? 0,
            Parts = [.. seed.Parts.Select(CreatedSeedDocument.CarriedPart.Of)],
            Machines = SeedMachineDocument.Of(seed.List),
            Session = seed.Session is null ? null : SessionDocument.Of(seed.Session, whole: true),
        };

    private static Rows Show(CreatedSeedDocument seed) =>
        new(
            PeopleTables.Facts([
                ("Job", seed.Job),
                ("Seed", seed.Backup ?? "not finished"),
                ("Folder", seed.Folder),
                ("Encrypted", seed.Encrypted ? "yes" : "no"),
                ("Size", SizeValue.Format(seed.SizeBytes)),
                ("Message", seed.Session?.Message),
            ]),
            SeedOutput.Machines(seed.Machines),
            PeopleTables.Things(
                ["Part", ">Files", ">Size", "Carry"],
                seed.Parts.Select(part =>
                    (IReadOnlyList<string?>)
                        [
                            part.Number.ToString(CultureInfo.InvariantCulture),
                            part.Files.ToString(CultureInfo.InvariantCulture),
                            SizeValue.Format(part.SizeBytes),
                            part.Path,
                        ]
                ),
                string.Join(
                    '\n',
                    seed.Session?.Machines?.Where(machine => machine.Code is not null)
                        .Select(machine => $"{machine.Machine}: {machine.Message}")
                        ?? []
                )
            )
        );
}
