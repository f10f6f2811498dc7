using System.CommandLine;
using Longhaul.Cli.Hosting;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job add backup NAME …</c> and <c>job add agent-backup NAME …</c></summary>
internal sealed class JobAddBackupCommand : CliCommand
{
    private readonly JobKind _kind;
    private readonly JobFlags _flags = new();
    private readonly Argument<string> _name = new("NAME") { Description = "What the job, and its backup, is called" };

    /// <summary>Makes the command.</summary>
    /// <param name="agent">Whether it defines agent backup jobs.</param>
    public JobAddBackupCommand(bool agent)
        : base(
            agent ? "agent-backup" : "backup",
            agent ? "Defines a backup job of a physical or cloud machine" : "Defines a job that backs machines up",
            agent
                ?
                [
                    "longhaul job add agent-backup laptop --machine laptop --repository main --standalone",
                    "longhaul job add agent-backup fleet --machine web1 web2 --repository main --managed",
                ]
                :
                [
                    "longhaul job add backup nightly --machine db01 --repository main --keep 14",
                    "longhaul job add backup vms --machine web db --repository main --method forward --full-every 30",
                    "longhaul job add backup nightly --machine db01 --repository main --map main/nightly",
                ]
        )
    {
        _kind = agent ? JobKind.AgentBackup : JobKind.Backup;
        _flags.Machines.Required = true;
        _flags.Machines.DefaultValueFactory = null;
        _flags.Repository.Required = true;
        Add(_name);
        foreach (var option in agent ? _flags.ForBackup.Concat(_flags.ForAgents) : _flags.ForBackup)
        {
            Add(option);
        }

        Add(_flags.Map);
    }

    /// <inheritdoc/>
    public override Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken) =>
        JobAdding.AddAsync(context, _flags, _kind, context.Value(_name), cancellationToken);
}
