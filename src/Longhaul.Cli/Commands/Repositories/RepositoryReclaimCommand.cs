using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Engine.Reclaiming;
using Longhaul.Jobs.Backups;

namespace Longhaul.Cli.Commands.Repositories;

/// <summary><c>repository reclaim NAME [--full] [--reclaim-delay D]</c></summary>
internal sealed class RepositoryReclaimCommand : CliCommand
{
    private readonly Argument<string> _repository = new("NAME") { Description = "Name or id of the repository" };
    private readonly Option<bool> _full = new("--full")
    {
        Description = "Read all tables, and free frames that are shared too",
    };
    private readonly Option<string> _delay = new("--reclaim-delay")
    {
        Description = "How long after its removal space is freed: 24h, 0",
        DefaultValueFactory = _ => "24h",
    };

    private readonly Option<bool> _trustClock = new("--trust-clock")
    {
        Description = "The clock is right: protections from deletion end by it, also after a gap of more than 7 days",
    };

    /// <summary>Makes the command.</summary>
    public RepositoryReclaimCommand()
        : base(
            "reclaim",
            "Frees the space of what retention removed and of what interrupted runs left",
            "longhaul repository reclaim offsite",
            "longhaul repository reclaim offsite --full --reclaim-delay 0",
            "longhaul repository reclaim offsite --trust-clock"
        )
    {
        Add(_repository);
        Add(_full);
        Add(_delay);
        Add(_trustClock);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var text = context.Value(_delay)!;
        if (text != "0" && !DurationValue.TryParse(text, out _))
        {
            throw Errors.UsageInvalid($"'{text}' is no duration", "Write 24h, 30m or 0.");
        }

        var delay =
            text == "0" ? TimeSpan.Zero
            : DurationValue.TryParse(text, out var parsed) ? parsed
            : TimeSpan.Zero;
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var entry = await NameResolver.RepositoryAsync(view, context.Value(_repository), cancellationToken);
        var backups = await view.Backups.ListAsync(entry.Id, cancellationToken);
        var space = new RepositorySpace(context.Workplace());
        var reclaimed = new List<ReclaimDocument.Reclaimed>();
        foreach (var backup in backups)
        {
            try
            {
                var report = await space.ReclaimAsync(
                    backup,
                    new ReclaimOptions { Delay = delay, Full = context.Value(_full) },
                    context.Value(_trustClock),
                    cancellationToken
                );
                if (report.ProtectionProblem is { } problem)
                {
                    context.Warn($"{backup.Folder}: {problem.Message}. {problem.Hint}");
                }

                reclaimed.Add(ReclaimDocument.Reclaimed.Of(backup.Folder, report));
            }
            catch (LonghaulException error) when (error.Code != "store.unreachable")
            {
                // One bad backup does not keep the others from the space they need.
                reclaimed.Add(ReclaimDocument.Reclaimed.Of(backup.Folder, error));
            }
        }

        var document = new ReclaimDocument(
            entry.Name,
            entry.Id.ToString(),
            reclaimed,
            reclaimed.Sum(backup => backup.BytesCondemned),
            reclaimed.Sum(backup => backup.BytesFreed),
            reclaimed.Sum(backup => backup.BytesWaiting)
        );
        context.Print(
            document,
            EngineJson.Context.ReclaimDocument,
            () =>
                PeopleTables.Things(
                    ["Backup", ">Condemned", ">Freed", ">Waiting", ">Moved", "Held back by", "Damaged", "Error"],
                    reclaimed.Select(backup =>
                        (IReadOnlyList<string?>)
                            [
                                backup.Backup,
                                SizeValue.Format(backup.BytesCondemned),
                                SizeValue.Format(backup.BytesFreed),
                                SizeValue.Format(backup.BytesWaiting),
                                SizeValue.Format(backup.BytesCompacted),
                                backup.HeldBackBy.Count == 0 ? null : string.Join(", ", backup.HeldBackBy),
                                backup.Damaged.Count == 0 ? null : string.Join(", ", backup.Damaged),
                                backup.Error?.Message,
                            ]
                    ),
                    "No backups here."
                )
        );
        return reclaimed.Exists(backup => backup.Error is not null) ? ExitCodes.Failed : ExitCodes.Done;
    }
}
