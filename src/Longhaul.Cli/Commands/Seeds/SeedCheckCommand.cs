using System.CommandLine;
using System.Globalization;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Progress;
using Longhaul.Cli.Values;
using Longhaul.Engine.Seeding;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Seeds;

/// <summary><c>seed check DIR…</c>: needs neither password nor catalog.</summary>
internal sealed class SeedCheckCommand : CliCommand
{
    private readonly Argument<string[]> _folders = new("DIR")
    {
        Description = "The carried folder, or the folders of all parts",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Makes the command.</summary>
    public SeedCheckCommand()
        : base(
            "check",
            "Checks a carried seed on arrival: complete, undamaged, which machines and points; needs no password",
            "longhaul seed check /mnt/usb",
            "longhaul seed check /mnt/disk1 /mnt/disk2"
        )
    {
        Add(_folders);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var seed = await CarriedSeed.FindAsync(context.Value(_folders), cancellationToken);
        SeedCheckReport report;
        await using (var display = ProgressDisplay.Start(context))
        {
            report = await new CarriedSeedCheck(seed, new ProgressFeed(display, context.TimeProvider)).RunAsync(
                cancellationToken
            );
        }

        var document = new CheckedSeedDocument
        {
            Backup = seed.List.Name,
            BackupId = seed.List.Backup.ToString(),
            Created = seed.List.CreatedAt,
            Encrypted = seed.List.Encrypted,
            Parts = seed.List.Parts,
            MissingParts = report.MissingParts,
            SizeBytes = seed.List.SizeBytes,
            FilesChecked = report.FilesChecked,
            BytesRead = report.BytesRead,
            Machines = SeedMachineDocument.Of(seed.List),
            Damaged = [.. report.Faults.Select(CheckedSeedDocument.CarriedFault.Of)],
        };
        context.Print(document, EngineJson.Context.CheckedSeedDocument, () => Show(document));
        return report.Faults.Count == 0 ? ExitCodes.Done : ExitCodes.Damaged;
    }

    private static Rows Show(CheckedSeedDocument seed)
    {
        var lines = new List<IRenderable>
        {
            PeopleTables.Facts([
                ("Seed", seed.Backup),
                ("Made", InstantValue.FormatShort(seed.Created)),
                ("Encrypted", seed.Encrypted ? "yes" : "no"),
                ("Parts", seed.Parts.ToString(CultureInfo.InvariantCulture)),
                ("Parts not here", seed.MissingParts.Count == 0 ? null : string.Join(", ", seed.MissingParts)),
                ("Size", SizeValue.Format(seed.SizeBytes)),
            ]),
            SeedOutput.Machines(seed.Machines),
        };
        lines.Add(
            seed.Damaged.Count == 0
                ? new Text($"All {seed.FilesChecked} files are there and undamaged.\n")
                : PeopleTables.Things(
                    ["Part", "Carry again", "What is wrong"],
                    seed.Damaged.Select(fault =>
                        (IReadOnlyList<string?>)
                            [fault.Part?.ToString(CultureInfo.InvariantCulture), fault.Path, fault.What]
                    ),
                    ""
                )
        );
        return new Rows(lines);
    }
}
