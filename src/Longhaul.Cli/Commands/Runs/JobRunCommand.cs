using System.CommandLine;
using Longhaul.Catalog.Sessions;
using Longhaul.Cli.Commands.Sessions;
using Longhaul.Cli.Hosting;
using Longhaul.Cli.Progress;
using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Runs;

namespace Longhaul.Cli.Commands.Runs;

/// <summary><c>job run NAME [--full] [--synthetic-full] [--transform]</c></summary>
internal sealed class JobRunCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };
    private readonly Option<bool> _full = new("--full")
    {
        Description =
            "Backup jobs: an active full. Copy jobs: a full at the target without sending what it has, and consent "
            + "to fulls nobody announced",
    };
    private readonly Option<bool> _syntheticFull = new("--synthetic-full")
    {
        Description = "Backup jobs: the new point is a full, without copying",
    };
    private readonly Option<bool> _transform = new("--transform")
    {
        Description = "With --synthetic-full: the full and increments before it become reverse increments",
    };

    private readonly Option<bool> _trustClock = new("--trust-clock")
    {
        Description = "The clock is right: protections from deletion end by it, also after a gap of more than 7 days",
    };

    /// <summary>Makes the command.</summary>
    public JobRunCommand()
        : base(
            "run",
            "Runs a job now; an interrupted run goes on where it was",
            "longhaul job run nightly",
            "longhaul job run nightly --synthetic-full --transform",
            "longhaul job run offsite --json"
        )
    {
        Add(_job);
        Add(_full);
        Add(_syntheticFull);
        Add(_transform);
        Add(_trustClock);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        var asked = new FullRequest(context.Value(_full), context.Value(_syntheticFull), context.Value(_transform));
        if (asked is { Transform: true, SyntheticFull: false })
        {
            throw Errors.UsageInvalid("--transform goes only with --synthetic-full", "Add --synthetic-full.");
        }

        if (job.IsCopy && asked.SyntheticFull)
        {
            throw Errors.UsageInvalid("--synthetic-full is for backup jobs", "A copy job makes a full with --full.");
        }

        if (context.Options.MayAskForPasswords && context.Interaction.CanAsk && job.Enabled)
        {
            await new PasswordNeeds(context.Workplace()).RequireAsync(
                job,
                asked,
                context.Options.DoneWithout,
                cancellationToken
            );
        }

        SessionRecord session;
        await using (var display = ProgressDisplay.Start(context))
        {
            session = await new JobRunner(context.Workplace()).RunAsync(
                job,
                new RunOptions(asked, new ProgressFeed(display, context.TimeProvider), context.Value(_trustClock)),
                cancellationToken
            );
        }

        context.PrintSession(session);
        if (context.Options.TypedForNew is not null)
        {
            context.Say("The password is not kept: 'longhaul repository unlock' keeps it for the backup's later runs.");
        }

        return session.State == SessionState.Failed ? ExitCodes.Failed : ExitCodes.Done;
    }
}
