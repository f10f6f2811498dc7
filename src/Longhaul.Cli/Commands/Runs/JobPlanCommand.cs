using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Core;
using Longhaul.Jobs.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Runs;

/// <summary><c>job plan NAME [--rate RATE]</c>: what a run would do; writes nothing to a repository.</summary>
internal sealed class JobPlanCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };
    private readonly Option<string> _rate = new("--rate")
    {
        Description = "The line's rate: 20MiB (a second) or 20Mbit; without, as the last runs measured it",
    };

    /// <summary>Makes the command.</summary>
    public JobPlanCommand()
        : base(
            "plan",
            "Says what a run would do, how much it would send and how long that takes; nothing is written",
            "longhaul job plan offsite",
            "longhaul job plan offsite --rate 20Mbit"
        )
    {
        Add(_job);
        Add(_rate);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        long? rate = null;
        if (context.Value(_rate) is { } text)
        {
            rate = RateValue.TryParse(text, out var parsed)
                ? parsed
                : throw Errors.UsageInvalid($"'{text}' is no rate", "Write 20MiB (a second) or 20Mbit.");
        }

        var plan = await new JobPlanner(context.Workplace()).PlanAsync(job, cancellationToken);
        rate ??= await new LineRate(context.Workplace()).FindAsync(job, cancellationToken);
        var document = PlanDocuments.Of(job, plan, rate);
        context.Print(document, EngineJson.Context.PlanDocument, () => Show(document));
        return ExitCodes.Done;
    }

    private static Rows Show(PlanDocument plan)
    {
        if (plan.NothingToDo)
        {
            return new Rows([.. Machines(plan), new Text("nothing to do")]);
        }

        var lines = Machines(plan).ToList();
        lines.Add(
            PeopleTables.Facts([
                ("To send", "at most " + SizeValue.Format(plan.BytesToSend)),
                ("Needed", SizeValue.Format(plan.BytesNeeded)),
                ("Free", plan.FreeBytes is { } free ? SizeValue.Format(free) : null),
                (
                    "Time",
                    plan.EstimatedSeconds is { } seconds ? DurationValue.Format(TimeSpan.FromSeconds(seconds)) : null
                ),
            ])
        );
        lines.AddRange(
            plan.PointsToRemove.Select(point => new Text(
                $"removes {point.Machine} {InstantValue.FormatShort(point.Created)} ({point.Rule})"
            ))
        );
        return new Rows(lines);
    }

    private static IEnumerable<IRenderable> Machines(PlanDocument plan)
    {
        yield return PeopleTables.Things(
            ["Machine", "Source point", "Baseline", "Found by", ">Changed", ">To send", "Reason"],
            plan.Machines.Select(machine =>
                (IReadOnlyList<string?>)
                    [
                        machine.Name,
                        machine.SourcePoint?[..8],
                        machine.Baseline?[..8],
                        machine.BaselineFoundBy,
                        SizeValue.Format(machine.ChangedBytes),
                        SizeValue.Format(machine.BytesToSend),
                        machine.Reason,
                    ]
            ),
            "The job has no machines."
        );
        foreach (var machine in plan.Machines)
        {
            if (machine.FullTableBytes > 0)
            {
                var size = SizeValue.Format(machine.FullTableBytes);
                yield return new Text($"{machine.Name}: a complete block table is due, at most {size} of what is sent");
            }

            foreach (var group in machine.PassedOver.GroupBy(passed => passed.Reason))
            {
                yield return new Text($"{machine.Name}: passed over {group.Count()}: {group.Key}");
            }
        }
    }
}
