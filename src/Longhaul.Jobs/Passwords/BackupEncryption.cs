using Longhaul.Catalog.Passwords;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Encrypting;
using Longhaul.Engine.Progress;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Leases;

namespace Longhaul.Jobs.Passwords;

/// <summary>Encrypts a plain backup where it lies, and tells the job that owns it.</summary>
/// <param name="workplace">The catalog, the repositories, and the passwords that were given.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BackupEncryption(Workplace workplace)
{
    /// <summary>Says what it would take.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Null when it is encrypted already.</returns>
    /// <exception cref="LonghaulException">backup.password-needed: no password was given; backup.owned: a job owns it that is not
    /// defined here; backup.protected: plain files of it cannot go yet; store errors.</exception>
    public async ValueTask<EncryptionPlan?> PlanAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(backup);
        var owner = await FindOwnerAsync(backup, cancellationToken).ConfigureAwait(false);
        if (backup.Folder.State.KeyList is not null)
        {
            // A call that was cut off after its record may not have told the job.
            await TellAsync(owner, cancellationToken).ConfigureAwait(false);
            return null;
        }

        await new BackupProtection(workplace, backup)
            .RequireNothingProtectedAsync("encrypted", cancellationToken)
            .ConfigureAwait(false);
        _ = Password(backup, owner);
        var capacity = await backup.Folder.Store.GetCapacityAsync(cancellationToken).ConfigureAwait(false);
        return new EncryptionPlan(owner, BackupEncrypter.RoomFor(backup.Folder.State), capacity?.FreeBytes);
    }

    /// <summary>Encrypts the backup with the first password that was given.</summary>
    /// <param name="backup">The backup that was planned for.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="hint">What reminds people of the password; null for a text that says where it was set.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call; the next goes on from there.</param>
    /// <exception cref="LonghaulException">backup.busy, backup.changed, backup.rolled-back, backup.forked; backup.too-long; data
    /// errors: nothing was changed; store errors.</exception>
    public async Task<EncryptReport> EncryptAsync(
        OpenBackup backup,
        EncryptionPlan plan,
        string? hint,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(plan);
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.CheckHistoryAsync(backup, cancellationToken).ConfigureAwait(false);
        var lease = await workplace
            .LeaseAsync(backup, LeasePurpose.Writer, plan.Owner?.Name, cancellationToken)
            .ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            // Nobody writes from here on; what came before is to be encrypted too.
            await backup.Folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
            await new BackupProtection(workplace, backup)
                .RequireNothingProtectedAsync("encrypted", cancellationToken)
                .ConfigureAwait(false);
            var encrypting = plan.Owner is { } owner ? owner with { Encrypt = true } : null;
            ReadOnlyMemory<byte>? definition = encrypting is null
                ? null
                : await new JobBackup(workplace).DocumentAsync(encrypting, cancellationToken).ConfigureAwait(false);
            var report = await new BackupEncrypter(backup, workplace.Clock, progress)
                .EncryptAsync(
                    new NewPassword(Password(backup, plan.Owner), hint ?? HintOf(plan.Owner), PasswordCost.Default),
                    definition,
                    lease.Id,
                    cancellationToken
                )
                .ConfigureAwait(false);
            await TellAsync(plan.Owner, CancellationToken.None).ConfigureAwait(false);
            await FollowAsync(backup, plan.Owner).ConfigureAwait(false);
            await workplace
                .Cache.SaveAsync(backup, arrived: false, faults: null, CancellationToken.None)
                .ConfigureAwait(false);
            return report;
        }
    }

    private Password Password(OpenBackup backup, JobDefinition? owner) =>
        workplace.Keyring.Given
        ?? (owner is null ? null : workplace.Keyring.Kept?.Find(owner)?.Password)
        ?? throw Errors.BackupPasswordNeeded(backup.Folder.Name);

    /// <summary>What was kept for the job, from when it encrypted before, must not be another than opens its backup now.</summary>
    private async ValueTask FollowAsync(OpenBackup backup, JobDefinition? owner)
    {
        if (owner is null || workplace.Keyring.Kept?.Has(owner.Id) != true)
        {
            return;
        }

        var work = await workplace.Catalog.WriteAsync(CancellationToken.None).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            await new PasswordKeeper(workplace)
                .KeepAsync(work, KeptFor.OfJob(owner.Id), Password(backup, owner), CancellationToken.None)
                .ConfigureAwait(false);
            await work.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        workplace.Keyring.Know(null);
    }

    private string HintOf(JobDefinition? owner) =>
        owner is null ? $"encrypted on {workplace.Home.Server}" : new BackupPasswords(workplace).HintOf(owner);

    private async ValueTask<JobDefinition?> FindOwnerAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        if (backup.Folder.State.OwnerIn(backup.Repository) is not { } owner)
        {
            return null;
        }

        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return await work.Jobs.FindAsync(owner.Job, cancellationToken).ConfigureAwait(false)
            ?? throw Errors.BackupOwned(backup.Folder.Name, JobBackup.Describe(owner));
    }

    private async ValueTask TellAsync(JobDefinition? owner, CancellationToken cancellationToken)
    {
        if (owner is { Encrypt: false })
        {
            await new JobBackup(workplace)
                .SaveAsync(owner with { Encrypt = true }, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
