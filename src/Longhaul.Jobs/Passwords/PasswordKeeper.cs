using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Passwords;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Passwords;

/// <summary>Keeps passwords for later runs: in the catalog, sealed under the home's key file.</summary>
/// <remarks>The key file is durable before the catalog has anything that needs it. What was kept before under a key file that was
/// lost stays unreadable until it is given again.</remarks>
/// <param name="workplace">The catalog, the home, and the passwords that were given.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class PasswordKeeper(Workplace workplace)
{
    /// <summary>Keeps the first password that was given, for a job: its new backups are made with it, and its own is opened with
    /// it. Nothing is kept when none was given.</summary>
    /// <param name="work">The transaction; the caller commits it.</param>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">password.key-file; store errors.</exception>
    public ValueTask KeepAsync(ICatalogWork work, JobDefinition job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(job);
        return workplace.Keyring.Given is { } password
            ? KeepAsync(work, KeptFor.OfJob(job.Id), password, cancellationToken)
            : ValueTask.CompletedTask;
    }

    /// <summary>Keeps a password, in place of the one before.</summary>
    /// <param name="work">The transaction; the caller commits it, and has what is kept read again.</param>
    /// <param name="what">What it is for.</param>
    /// <param name="password">The password.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">password.key-file; store errors.</exception>
    internal async ValueTask KeepAsync(
        ICatalogWork work,
        KeptFor what,
        Password password,
        CancellationToken cancellationToken
    )
    {
        var key = new PasswordKeyFile(workplace.Home.PasswordKey).FindOrCreate();
        await work
            .KeptPasswords.SaveAsync(
                new KeptPassword(what, key.Seal(password, what.ToString()), workplace.Clock.GetUtcNow()),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Makes sure that the first password that was given opens what the job has: it would else fail at night, when nobody
    /// is there.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.locked; store and data errors.</exception>
    public async ValueTask RequireOpensAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (workplace.Keyring.Given is not { } password)
        {
            return;
        }

        if (await FindOwnAsync(job, cancellationToken).ConfigureAwait(false) is not { } entry)
        {
            return;
        }

        using var backup = await workplace.OpenBackupAsync(entry, cancellationToken).ConfigureAwait(false);
        if (
            await backup.Folder.ReadKeyListAsync(cancellationToken).ConfigureAwait(false) is { } list
            && list.SlotOf(password) is null
        )
        {
            throw Errors.BackupLocked(
                $"backup '{entry.Folder}' of job '{job.Name}'",
                [.. list.Slots.Select(slot => slot.Hint)],
                remark: null
            );
        }
    }

    private async ValueTask<BackupEntry?> FindOwnAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        if (job.Backup is null)
        {
            return null;
        }

        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var there = await work.Backups.ListAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        return there.FirstOrDefault(entry => entry.BackupId == job.Backup && entry.Owner == job.Id);
    }
}
