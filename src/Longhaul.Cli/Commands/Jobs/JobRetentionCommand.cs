using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;
using Longhaul.Jobs.Retaining;
using Spectre.Console;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job retention NAME</c>: which restore points stay, until when and why.</summary>
internal sealed class JobRetentionCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };

    /// <summary>Makes the command.</summary>
    public JobRetentionCommand()
        : base(
            "retention",
            "Says of each restore point of the job's backup whether it stays, until when and by which rule",
            "longhaul job retention offsite"
        )
    {
        Add(_job);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        var plan = await new JobRetention(context.Workplace()).PlanAsync(job, cancellationToken);
        var document = RetentionDocument.Of(job, plan);
        if (document.Note is { } note)
        {
            context.Warn(note);
        }

        context.Print(document, EngineJson.Context.RetentionDocument, () => Show(document));
        return ExitCodes.Done;
    }

    private static Rows Show(RetentionDocument retention) =>
        new(
            PeopleTables.Facts([
                ("Job", retention.Job),
                ("Backup", retention.Backup ?? "none yet: the first run makes it"),
                ("Rules", retention.Policy),
                ("Days of", retention.TimeZone),
            ]),
            PeopleTables.Things(
                ["Machine", "Created", "Kind", "Point", "Stays", "Because of"],
                retention.Machines.SelectMany(machine => machine.Points.Select(point => Row(machine, point))),
                "The job's backup has no restore points yet."
            )
        );

    private static string Word(string reason, RetentionDocument.RetainedPoint point) =>
        reason == "immutable" && point.ProtectedUntil is { } until
            ? $"protected until {InstantValue.FormatShort(until)}"
            : reason;

    private static IReadOnlyList<string?> Row(
        RetentionDocument.RetainedMachine machine,
        RetentionDocument.RetainedPoint point
    ) =>
        [
            machine.Machine,
            InstantValue.FormatShort(point.Created),
            point.Kind,
            point.Id[..8],
            !point.Kept ? "goes with the next run"
            : point.GoesOn is { } day ? $"until {day} or later"
            : "yes",
            point is { Kept: true, Because: [] } ? "never was a machine of the job: left alone"
            : point.Kept ? string.Join(", ", point.Because.Select(reason => Word(reason, point)))
            : point.Rule,
        ];
}
