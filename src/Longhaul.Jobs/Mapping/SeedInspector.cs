using Longhaul.Catalog.Backups;
using Longhaul.Core.Fulls;
using Longhaul.Core.Mapping;
using Longhaul.Core.Protecting;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Copying;
using Longhaul.Jobs.Backups;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Protecting;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Leases;

namespace Longhaul.Jobs.Mapping;

/// <summary>Collects what is to be known of a backup before it is judged as a seed.</summary>
/// <param name="workplace">The catalog and the repositories.</param>
/// <param name="opened">Where the source backups are kept open.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class SeedInspector(Workplace workplace, OpenBackups opened)
{
    /// <summary>Collects the facts of a readable backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="entry">What the catalog knows of it.</param>
    /// <param name="others">All backups of the repositories, for duplicates.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<SeedFacts> InspectAsync(
        OpenBackup backup,
        BackupEntry entry,
        IReadOnlyList<BackupEntry> others,
        CancellationToken cancellationToken
    )
    {
        var state = backup.Folder.State;
        var protectedNow = new BackupProtection(workplace, backup).Now;
        var owner = state.OwnerIn(backup.Repository);
        var isKnownHere = owner is not null && await IsKnownAsync(owner.Job, cancellationToken).ConfigureAwait(false);
        return new SeedFacts
        {
            BackupId = backup.Folder.Descriptor.Id,
            InstanceId = backup.Folder.Instance,
            Name = backup.Folder.Name,
            Repository = backup.Repository,
            RepositoryName = backup.RepositoryName,
            Duplicates =
            [
                .. others
                    .Where(other =>
                        other.Repository == backup.Repository
                        && other.InstanceId == backup.Folder.Instance
                        && other.Folder != backup.Folder.Name
                    )
                    .Select(other => other.Folder),
            ],
            Origin = state.Origin,
            BlockSize = backup.Folder.Descriptor.BlockSize,
            Encrypted = state.KeyList is not null,
            Unlocked = !backup.Folder.IsLocked,
            Hints = backup.Folder.Hints,
            LockedRemark = backup.Folder.LockedRemark,
            Chains = [.. state.Machines.Values.Select(machine => machine.Chain)],
            Incomplete = await StructureCheck.FindFaultsAsync(backup, cancellationToken).ConfigureAwait(false),
            Owner = owner is null
                ? null
                : new SeedOwner(owner.Job, owner.JobName, isKnownHere ? null : owner.Server, owner.Repository),
            Busy = await FindUseAsync(backup, cancellationToken).ConfigureAwait(false),
            UnverifiedSince = entry.UnverifiedSince,
            Protected =
            [
                .. state
                    .Points.Where(point => point.IsProtectedAt(protectedNow))
                    .Select(point => new PointProtection(point.Id, point.ProtectedUntil!.Value)),
            ],
        };
    }

    /// <summary>Compares the newest source point of each machine with a seed that fits it by name.</summary>
    /// <param name="job">What is known of the job.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="backup">The seed's backup.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<IReadOnlyList<ContentComparison>> CompareAsync(
        JobFacts job,
        SeedFacts seed,
        OpenBackup backup,
        CancellationToken cancellationToken
    )
    {
        var comparisons = new List<ContentComparison>();
        var match = MachineMatcher.Match(job.Machines, seed.Chains, job.Pairs);
        foreach (var found in match.Matched.Where(found => found.By == MatchedBy.Name))
        {
            var source = found.Machine.Sources.MaxBy(chain => chain.Chain.Newest!.CreatedAt);
            if (source?.Chain.Newest is not { } newest)
            {
                continue;
            }

            var estimate = await new CopyEstimator(backup, backup.Folder.Descriptor.BlockSize)
                .EstimateAsync(
                    new CopyMachine(
                        found.Machine.Name,
                        found.Seed.MachineId,
                        opened.Find(source),
                        newest,
                        FullDecision.None
                    ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            comparisons.Add(new ContentComparison(found.Machine.Id, estimate.ComparedBlocks, estimate.ChangedBlocks));
        }

        return comparisons;
    }

    /// <summary>Whether a job is defined here; another home on this host is another installation.</summary>
    private async ValueTask<bool> IsKnownAsync(JobId job, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        return await work.Jobs.FindAsync(job, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Who is at work in a backup: by a live writer's lease, or by an unfinished run of its owner.</summary>
    private async ValueTask<SeedUse?> FindUseAsync(OpenBackup backup, CancellationToken cancellationToken)
    {
        var observer = new LeaseObserver(backup.Folder.Store, workplace.BootClock, workplace.LeaseMemory);
        foreach (var lease in await observer.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (lease.Holds(LeasePurpose.Writer))
            {
                return new SeedUse(
                    lease.Holder?.Who ?? "another process",
                    lease.Holder?.SinceAt ?? backup.Folder.State.WrittenAt
                );
            }
        }

        var isUnfinished = await backup
            .Folder.Store.ListAsync("sessions/", cancellationToken)
            .AnyAsync(cancellationToken)
            .ConfigureAwait(false);
        return isUnfinished && backup.Folder.State.OwnerIn(backup.Repository) is { } owner
            ? new SeedUse(
                $"an unfinished run of job '{owner.DisplayName}' on {owner.Server}",
                backup.Folder.State.WrittenAt
            )
            : null;
    }
}
