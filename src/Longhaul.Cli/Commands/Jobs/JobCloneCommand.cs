using System.CommandLine;
using Longhaul.Cli.Hosting;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job clone NAME NEW</c>: the same definition under a new id, without a backup.</summary>
internal sealed class JobCloneCommand : CliCommand
{
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };
    private readonly Argument<string> _name = new("NEW") { Description = "What the new job is called" };

    /// <summary>Makes the command.</summary>
    public JobCloneCommand()
        : base(
            "clone",
            "Defines a job like another one; it gets a backup of its own",
            "longhaul job clone nightly weekly"
        )
    {
        Add(_job);
        Add(_name);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var job = await NameResolver.JobAsync(work, context.Value(_job), cancellationToken);
        var clone = job with
        {
            Id = JobId.New(),
            Name = NameResolver.NewName(context.Value(_name)),
            Backup = null,
            AwaitedSeed = null,
            Pairs = [],
        };
        await work.Jobs.SaveAsync(clone, cancellationToken);
        await work.CommitAsync(cancellationToken);
        if (clone.Encrypt)
        {
            context.Say($"No password is kept for it: 'longhaul job edit {clone.Name} --password-file F' keeps one.");
        }

        await context.PrintJobAsync(work, clone, cancellationToken);
        return ExitCodes.Done;
    }
}
