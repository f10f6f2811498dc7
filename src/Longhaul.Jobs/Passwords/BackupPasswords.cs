using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Leases;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Passwords;

/// <summary>Adds, changes and takes away the passwords of an encrypted backup.</summary>
/// <remarks>Adding one keeps the list key. Changing one or taking one away makes a new list key: what is written later is closed
/// to whoever has the old password, with an old copy of the folder too; what was written before stays open to him.</remarks>
/// <param name="workplace">The catalog, the repositories, and the passwords that were given.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class BackupPasswords(Workplace workplace)
{
    /// <summary>Says what a change will do.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">backup.not-encrypted; backup.locked: no password that was given opens it;
    /// backup.password-wrong: one of several does not;
    /// backup.password-exists, backup.password-not-found, backup.password-last; usage.invalid: there is no room for another; data
    /// and store errors.</exception>
    public async ValueTask<PasswordPlan> PlanAsync(
        OpenBackup backup,
        PasswordChange change,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(change);
        var list =
            await backup.Folder.ReadKeyListAsync(cancellationToken).ConfigureAwait(false)
            ?? throw Errors.BackupNotEncrypted(backup.Folder.Name);

        // Throws when none of those that were given opens it.
        _ = backup.Folder.WritingKey;
        if ((change.Add ?? change.Replace) is { } fresh && list.SlotOf(fresh) is { } taken)
        {
            throw Errors.BackupPasswordExists(backup.Folder.Name, taken + 1, list.Slots[taken].Hint);
        }

        return change.Add is { } added
            ? PlanAdding(backup, list, added, change.Hint)
            : PlanRenewal(backup, list, change);
    }

    private PasswordPlan PlanAdding(OpenBackup backup, KeyList list, Password added, string? hint) =>
        list.Slots.Length < KeyList.MaxSlots
            ? new PasswordPlan
            {
                Present = list,
                Going = [],
                NotGiven = [],
                Passwords = [(added, hint ?? $"added on {workplace.Home.Server}")],
            }
            : throw Errors.UsageInvalid(
                $"backup '{backup.Folder.Name}' has {KeyList.MaxSlots} passwords, the most there can be"
            );

    private PasswordPlan PlanRenewal(OpenBackup backup, KeyList list, PasswordChange change)
    {
        var found = workplace.Keyring.SlotsIn(list, backup.Repository);
        var wrong = found.Count(one => one is { Kept: null, Slot: null });
        if (wrong > 0)
        {
            // Meant to stay, and mistyped: its owner would be shut out.
            throw Errors.BackupPasswordWrong(backup.Folder.Name, wrong, found.Count(one => one.Kept is null));
        }

        var given = found
            .Where(one => one.Slot is not null)
            .Select(one => (Password: one.Password!, Slot: one.Slot!.Value))
            .DistinctBy(one => one.Slot)
            .ToArray();
        var going = change.Remove - 1 ?? given[0].Slot;
        if (going >= list.Slots.Length)
        {
            throw Errors.BackupPasswordNotFound(backup.Folder.Name, going + 1, list.Slots.Length);
        }

        var staying = given.Where(one => one.Slot != going).ToArray();
        var passwords = staying.Select(one => (one.Password, list.Slots[one.Slot].Hint)).ToList();
        if (change.Replace is { } replacing)
        {
            passwords.Insert(0, (replacing, change.Hint ?? list.Slots[going].Hint));
        }

        if (passwords.Count == 0)
        {
            throw Errors.BackupPasswordLast(backup.Folder.Name);
        }

        var slots = Enumerable.Range(0, list.Slots.Length);
        return new PasswordPlan
        {
            Present = list,
            Going = [going],
            NotGiven = [.. slots.Where(slot => slot != going && staying.All(one => one.Slot != slot))],
            Passwords = passwords,
            Stale =
            [
                .. found
                    .Where(one => one.Kept is not null && staying.All(other => other.Slot != one.Slot))
                    .Select(one => one.Kept!),
            ],
        };
    }

    /// <summary>Does what was planned: one log record. What is kept of the passwords that go is replaced by the first of those
    /// that hold from then on, or forgotten.</summary>
    /// <param name="backup">The backup that was planned for.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="remember">Whether what is kept follows the change; else it is forgotten where it would be wrong.</param>
    /// <param name="cancellationToken">Cancels the call before anything is changed.</param>
    /// <returns>The key list that holds from now on.</returns>
    /// <exception cref="LonghaulException">backup.busy; backup.changed: others changed the passwords meanwhile; backup.rolled-back,
    /// backup.forked, backup.older-key; data and store errors.</exception>
    public async Task<KeyList> ChangeAsync(
        OpenBackup backup,
        PasswordPlan plan,
        bool remember,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(backup);
        ArgumentNullException.ThrowIfNull(plan);
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        await workplace.Cache.CheckHistoryAsync(backup, cancellationToken).ConfigureAwait(false);
        var lease = await workplace
            .LeaseAsync(backup, LeasePurpose.Writer, job: null, cancellationToken)
            .ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            if (remember && plan.Stale.Count > 0)
            {
                // Before the record: afterwards it would be too late to find that nothing can be kept.
                _ = new PasswordKeyFile(workplace.Home.PasswordKey).FindOrCreate();
            }

            var (next, keys) = Next(plan, backup.Folder.Keys!);
            await backup
                .Folder.ChangeKeyListAsync(
                    next,
                    keys,
                    plan.Present,
                    _ => new RecordDraft("password"),
                    cancellationToken
                )
                .ConfigureAwait(false);
            await FollowAsync(plan, remember).ConfigureAwait(false);
            await workplace
                .Cache.SaveAsync(backup, arrived: false, faults: null, cancellationToken)
                .ConfigureAwait(false);
            return next;
        }
    }

    /// <summary>Puts the step that makes a job the owner of a backup; where the job has a password of its own that does not open
    /// it, what is written from then on is under a new list key that this one opens, and no other.</summary>
    /// <param name="job">The job.</param>
    /// <param name="backup">The backup.</param>
    /// <param name="prepare">The step.</param>
    /// <param name="cancellationToken">Cancels the call before anything is changed.</param>
    /// <returns>The password that opens the backup from then on, beside those it had; null in a plain one.</returns>
    /// <exception cref="LonghaulException">What <paramref name="prepare"/> throws; data and store errors.</exception>
    internal async ValueTask<Password?> TakeOverAsync(
        JobDefinition job,
        OpenBackup backup,
        Func<Storage.State.BackupState, RecordDraft> prepare,
        CancellationToken cancellationToken
    )
    {
        var list = await backup.Folder.ReadKeyListAsync(cancellationToken).ConfigureAwait(false);
        var own = workplace.Keyring.Given ?? workplace.Keyring.Kept?.Find(job)?.Password;
        if (list is null || own is null || list.SlotOf(own) is not null)
        {
            await backup.Folder.CommitAsync(prepare, cancellationToken).ConfigureAwait(false);
            return list is null ? null : own ?? workplace.Keyring.PasswordOf(list, backup.Repository);
        }

        var (next, keys) = list.Renewed(
            backup.Folder.Keys!,
            [(own, HintOf(job))],
            workplace.Clock.GetUtcNow(),
            PasswordCost.Default
        );
        await backup.Folder.ChangeKeyListAsync(next, keys, list, prepare, cancellationToken).ConfigureAwait(false);
        return own;
    }

    /// <summary>The record is put: what is kept must not be the old one any more.</summary>
    private async ValueTask FollowAsync(PasswordPlan plan, bool remember)
    {
        if (plan.Stale.Count == 0)
        {
            return;
        }

        var keeper = new PasswordKeeper(workplace);
        var work = await workplace.Catalog.WriteAsync(CancellationToken.None).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            foreach (var kept in plan.Stale)
            {
                if (remember)
                {
                    await keeper
                        .KeepAsync(work, kept, plan.Passwords[0].Password, CancellationToken.None)
                        .ConfigureAwait(false);
                }
                else
                {
                    await work.KeptPasswords.RemoveAsync(kept, CancellationToken.None).ConfigureAwait(false);
                }
            }

            await work.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        workplace.Keyring.Know(null);
    }

    /// <summary>What reminds people of the password that a job's backup is made with.</summary>
    /// <param name="job">The job.</param>
    internal string HintOf(JobDefinition job)
    {
        var hint = $"job {job.Name} on {workplace.Home.Server}";
        return hint[..Math.Min(hint.Length, KeySlot.MaxHint)];
    }

    private (KeyList List, BackupKeys Keys) Next(PasswordPlan plan, BackupKeys keys)
    {
        var now = workplace.Clock.GetUtcNow();
        if (plan.IsNewKey)
        {
            return plan.Present.Renewed(keys, plan.Passwords, now, PasswordCost.Default);
        }

        var (password, hint) = plan.Passwords[0];
        return (plan.Present.WithSlot(keys, password, hint, now, PasswordCost.Default), keys);
    }
}
