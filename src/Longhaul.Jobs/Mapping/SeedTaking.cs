using Longhaul.Catalog;
using Longhaul.Catalog.Jobs;
using Longhaul.Catalog.Passwords;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Engine.Backups;
using Longhaul.Format.Keys;
using Longhaul.Jobs.Homes;
using Longhaul.Jobs.Passwords;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Mapping;

/// <summary>Makes a job the owner of the seed it was mapped to: one log record, and what the catalog knows of the job.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeedTaking(Workplace workplace)
{
    /// <summary>Makes the job the owner, and pins what is to be kept.</summary>
    /// <param name="job">The job, with the seed as its backup.</param>
    /// <param name="seed">The seed, unlocked where it is encrypted.</param>
    /// <param name="verdict">That it may be mapped.</param>
    /// <param name="remember">Whether passwords are kept: the job's own, and else the seed's.</param>
    /// <param name="cancellationToken">Cancels the call before anything is written.</param>
    /// <exception cref="LonghaulException">backup.owned: another job has it meanwhile; backup.changed; store errors.</exception>
    internal async ValueTask TakeAsync(
        JobDefinition job,
        OpenBackup seed,
        MappingVerdict verdict,
        bool remember,
        CancellationToken cancellationToken
    )
    {
        if (remember && seed.Folder.State.KeyList is not null)
        {
            // Before the record: afterwards it would be too late to find that nothing can be kept.
            _ = new PasswordKeyFile(workplace.Home.PasswordKey).FindOrCreate();
        }

        var document = await new JobBackup(workplace).DocumentAsync(job, cancellationToken).ConfigureAwait(false);
        var owner = new OwnerState(job.Id, job.Name, seed.Repository, workplace.Home.Server);
        var pinned = verdict.PointsToPin.ToHashSet();
        var opensIt = await new BackupPasswords(workplace)
            .TakeOverAsync(job, seed, Map, cancellationToken)
            .ConfigureAwait(false);
        await RememberAsync(job, seed, verdict, opensIt, remember, cancellationToken).ConfigureAwait(false);

        RecordDraft Map(Storage.State.BackupState state)
        {
            if (state.OwnerIn(seed.Repository) is { } other && other.Job != job.Id)
            {
                throw Errors.BackupOwned(seed.Folder.Name, JobBackup.Describe(other));
            }

            var draft = new RecordDraft("map");
            draft.SetOwner(owner, document);
            foreach (var point in state.Points.Where(point => pinned.Contains(point.Id)))
            {
                draft.Change(point with { Pin = PinReason.Seed });
            }

            return draft;
        }
    }

    private async ValueTask RememberAsync(
        JobDefinition job,
        OpenBackup seed,
        MappingVerdict verdict,
        Password? opensIt,
        bool remember,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await work.Jobs.SaveAsync(job, cancellationToken).ConfigureAwait(false);
        await work.AnnouncedFulls.WithdrawAsync(job.Id, machine: null, cancellationToken).ConfigureAwait(false);
        foreach (var full in FullConsent.AnnouncedBy(verdict))
        {
            await work
                .AnnouncedFulls.AnnounceAsync(
                    new AnnouncedFull(
                        job.Id,
                        full.Machine,
                        full.Reason.ToString(),
                        Bytes: null,
                        workplace.Clock.GetUtcNow()
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        if (opensIt is not null)
        {
            await KeepAsync(work, job, seed, opensIt, remember, cancellationToken).ConfigureAwait(false);
        }

        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        workplace.Keyring.Know(null);
    }

    /// <summary>The job's own password is kept for the job; the seed's, under which the job goes on, for the seed. What was kept
    /// before and would be wrong now is forgotten in any case.</summary>
    private async ValueTask KeepAsync(
        ICatalogWork work,
        JobDefinition job,
        OpenBackup seed,
        Password opensIt,
        bool remember,
        CancellationToken cancellationToken
    )
    {
        var ofJob = KeptFor.OfJob(job.Id);
        var ofSeed = KeptFor.OfBackup(seed.Repository, seed.Folder.Descriptor.Id);
        var before = workplace.Keyring.Kept?.Find(job)?.Password;
        var isOwn = (workplace.Keyring.Given ?? before)?.IsSame(opensIt) == true;
        if (isOwn)
        {
            await work.KeptPasswords.RemoveAsync(ofSeed, cancellationToken).ConfigureAwait(false);
            if (before?.IsSame(opensIt) != true)
            {
                await work.KeptPasswords.RemoveAsync(ofJob, cancellationToken).ConfigureAwait(false);
            }
        }

        if (remember)
        {
            await new PasswordKeeper(workplace)
                .KeepAsync(work, isOwn ? ofJob : ofSeed, opensIt, cancellationToken)
                .ConfigureAwait(false);
        }
    }
}
