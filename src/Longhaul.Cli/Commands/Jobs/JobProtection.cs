using Longhaul.Catalog;
using Longhaul.Cli.Hosting;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Protecting;

namespace Longhaul.Cli.Commands.Jobs;

/// <summary>Refuses a job whose points cannot be protected as it says, and says what stays longer.</summary>
internal static class JobProtection
{
    /// <summary>Checks a definition before it is saved, or mapped.</summary>
    /// <param name="context">Is told what stays longer.</param>
    /// <param name="work">The catalog.</param>
    /// <param name="job">The definition.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">job.protection, store.protect-unsupported; store errors.</exception>
    public static async Task CheckAsync(
        CommandContext context,
        ICatalogWork work,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        if (job.ImmutableFor is null)
        {
            return;
        }

        var repository =
            await work.Repositories.FindAsync(job.Repository, cancellationToken)
            ?? throw Errors.RepositoryNotFound(job.Repository.ToString());
        var store = (await context.Repositories.OpenAsync(repository, cancellationToken)).Store;
        if (await store.Protection.FindObstacleAsync(cancellationToken) is { } obstacle)
        {
            throw Errors.StoreProtectUnsupported(repository.Location, obstacle);
        }

        var capacity = await store.GetCapacityAsync(cancellationToken);
        var machines = await MachinesAsync(work, job, cancellationToken);
        if (ProtectionRules.FindRefusal(job, machines, capacity?.FreeBytes) is { } refusal)
        {
            throw refusal;
        }

        foreach (var note in ProtectionRules.Describe(job))
        {
            context.Warn(note);
        }
    }

    private static async Task<IReadOnlyList<IReadOnlyList<(RestorePoint Point, long Bytes)>>> MachinesAsync(
        ICatalogWork work,
        JobDefinition job,
        CancellationToken cancellationToken
    )
    {
        var backups = await work.Backups.ListAsync(job.Repository, cancellationToken);
        var backup = backups
            .Where(entry => job.Backup is not null && entry.BackupId == job.Backup)
            .OrderByDescending(entry => entry.Owner == job.Id)
            .FirstOrDefault();
        var chains = backup is null
            ? []
            : await work.Backups.GetChainsAsync(job.Repository, backup.Folder, cancellationToken);
        return [.. chains.Select(chain => chain.Points.Select(point => (point.Point, point.SizeBytes)).ToArray())];
    }
}
