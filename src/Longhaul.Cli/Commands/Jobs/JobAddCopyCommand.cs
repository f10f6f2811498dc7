using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job add copy NAME …</c> and <c>job add agent-copy NAME …</c></summary>
internal sealed class JobAddCopyCommand : CliCommand
{
    private readonly JobKind _kind;
    private readonly JobFlags _flags = new();
    private readonly Argument<string> _name = new("NAME") { Description = "What the job, and its backup, is called" };

    /// <summary>Makes the command.</summary>
    /// <param name="agent">Whether it defines agent copy jobs.</param>
    public JobAddCopyCommand(bool agent)
        : base(
            agent ? "agent-copy" : "copy",
            agent
                ? "Defines a job that copies the restore points of agent backup jobs"
                : "Defines a job that copies restore points to another repository",
            agent
                ? ["longhaul job add agent-copy laptops --job laptop --repository offsite --keep 30"]
                :
                [
                    "longhaul job add copy offsite --job nightly --repository offsite --every 1d --at 22:00",
                    "longhaul job add copy offsite --job nightly --repository offsite --map offsite/nightly",
                    "longhaul job add copy dr --machine db01 --repository dr --rate-limit 20Mbit",
                ]
        )
    {
        _kind = agent ? JobKind.AgentCopy : JobKind.Copy;
        _flags.Repository.Required = true;
        Add(_name);
        foreach (var option in _flags.ForCopy)
        {
            Add(option);
        }

        Add(_flags.Map);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        JobAdding.AddAsync(context, _flags, _kind, context.Value(_name), cancellationToken);
}
