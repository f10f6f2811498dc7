using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Jobs;

namespace Longhaul.Cli.Hosting;

/// <summary>Finds the backup that a job is to be mapped to.</summary>
/// <remarks>A plain name means the backup of that name in the job's own repository, if there is one.</remarks>
internal static class SeedResolver
{
    /// <summary>Finds the backup.</summary>
    /// <param name="context">The command's context.</param>
    /// <param name="job">The job that is to be mapped.</param>
    /// <param name="name">What stands on the line: name, REPOSITORY/NAME, id, or the beginning of an id.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.not-found, name.ambiguous.</exception>
    public static async Task<BackupEntry> FindAsync(
        CommandContext context,
        JobDefinition job,
        string name,
        CancellationToken cancellationToken
    )
    {
        await using (var view = await context.Catalog.ReadAsync(cancellationToken))
        {
            var there = await view.Backups.ListAsync(job.Repository, cancellationToken);
            var fitting = there.Where(entry => entry.Folder == name || entry.BackupId.ToString() == name).ToArray();
            if (fitting.Length == 1)
            {
                return fitting[0];
            }
        }

        return await context.FindBackupAsync(name, cancellationToken);
    }
}
