using System.CommandLine;
using Longhaul.Catalog;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Runs;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary><c>job enable NAME</c> and <c>job disable NAME</c></summary>
internal sealed class JobEnableCommand : CliCommand
{
    private readonly bool _enable;
    private readonly Argument<string> _job = new("NAME") { Description = "Name or id of the job" };

    /// <summary>Makes the command.</summary>
    /// <param name="enable">Whether it enables.</param>
    public JobEnableCommand(bool enable)
        : base(
            enable ? "enable" : "disable",
            enable ? "Lets a job run again" : "Keeps a job from running; it stays the owner of its backup",
            enable ? "longhaul job enable offsite" : "longhaul job disable offsite"
        )
    {
        _enable = enable;
        Add(_job);
    }

    /// <inheritdoc/>
    public override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (_enable)
        {
            await CheckOwnerAsync(context, cancellationToken);
        }

        await using var work = await context.Catalog.WriteAsync(cancellationToken);
        var present = await NameResolver.JobAsync(work, context.Value(_job), cancellationToken);
        var job = present with { Enabled = _enable };
        await work.Jobs.SaveAsync(job, cancellationToken);
        await work.CommitAsync(cancellationToken);
        await context.PrintJobAsync(work, job, cancellationToken);
        return ExitCodes.Done;
    }

    /// <summary>Asks the folder itself: another installation may have taken it over. Out of reach, what was seen last counts.</summary>
    private async Task CheckOwnerAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var job = await context.FindJobAsync(context.Value(_job), cancellationToken);
        if (job.Enabled)
        {
            return;
        }

        var workplace = context.Workplace();
        try
        {
            var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken);
            using var backup = await new JobBackup(workplace).FindAsync(job, repository, wire: null, cancellationToken);
            if (backup is not null)
            {
                return;
            }
        }
        catch (LonghaulException error) when (error.Code == "store.unreachable")
        {
            context.Warn($"{error.Message}; what was seen last counts");
        }

        await using var view = await context.Catalog.ReadAsync(cancellationToken);
        await CheckSeenAsync(view, job, cancellationToken);
    }

    private static async Task CheckSeenAsync(ICatalogWork work, JobDefinition job, CancellationToken cancellationToken)
    {
        var backups = await work.Backups.ListAsync(job.Repository, cancellationToken);
        var mine = backups.Where(backup => backup.BackupId == job.Backup).ToArray();
        var taken = mine.FirstOrDefault(backup => backup.Owner is not null);
        if (taken is not null && mine.All(backup => backup.Owner != job.Id))
        {
            throw Errors.JobBackupOwned(
                job.Name,
                taken.Folder,
                $"job '{taken.OwnerName ?? taken.Owner!.Value.ToString()}'"
                    + (taken.OwnerServer is { } server ? $" on {server}" : string.Empty)
            );
        }
    }
}
