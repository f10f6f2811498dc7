using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Output;
using Longhaul.Cli.Values;

namespace Longhaul.Cli.Commands.Sessions;

/// <summary><c>session list [--job J]</c></summary>
internal sealed class SessionListCommand : CliCommand
{
    private const int Usual = 1000;

    private readonly Option<string?> _job = CliOptions.Text("--job", "J", "Only this job's sessions");

    private readonly Option<int?> _limit = CliOptions.Count(
        "--limit",
        "How many of the newest at most (default: 1000)",
        least: 1
    );

    /// <summary>Makes the command.</summary>
    public SessionListCommand()
        : base(
            "list",
            "Lists what jobs have done, oldest first",
            "longhaul session list",
            "longhaul session list --job offsite --limit 10"
        )
    {
        Add(_job);
        Add(_limit);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        var job = context.Value(_job) is { } name ? await NameResolver.JobAsync(view, name, cancellationToken) : null;
        var sessions = await view.Sessions.ListAsync(job?.Id, context.Value(_limit) ?? Usual, cancellationToken);
        context.Print(
            [.. sessions.Select(session => SessionDocument.Of(session, whole: false))],
            CliJson.Context.Sessions,
            () =>
                PeopleTables.Things(
                    ["Started", "Job", "State", "Duration", ">Read", ">Transferred", ">Written", "Id"],
                    sessions.Select(session =>
                        (IReadOnlyList<string?>)
                            [
                                InstantValue.FormatShort(session.StartedAt),
                                session.Job,
                                JsonWords.Of(session.State),
                                session.EndedAt is { } ended ? DurationValue.Format(ended - session.StartedAt) : null,
                                SizeValue.Format(session.BytesRead),
                                SizeValue.Format(session.BytesTransferred),
                                SizeValue.Format(session.BytesWritten),
                                session.Id.ToString(),
                            ]
                    ),
                    "No job has run yet."
                )
        );
        return ExitCodes.Done;
    }
}
