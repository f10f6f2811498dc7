using Longhaul.Core;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Seeding;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Leases;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Seeding;

/// <summary>Brings a carried seed into a repository, where a rescan finds it.</summary>
/// <remarks>
/// <para>Nothing is brought before every byte was checked. The list goes first and says whose the folder is; <c>backup.json</c>
/// goes last, and until it is there the folder is no backup to anybody. An interrupted call goes on: what was brought is part
/// of the seed, wherever the rest lies.</para>
/// <para>A file is renamed where that is possible, and so leaves the carried folder; else it is copied and stays there.</para>
/// </remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class SeedReceiver(Workplace workplace)
{
    /// <summary>Receives.</summary>
    /// <param name="folders">Where the seed's parts lie.</param>
    /// <param name="id">The repository.</param>
    /// <param name="name">What its folder is to be called; null as it was.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call; the next one goes on.</param>
    /// <exception cref="LonghaulException">seed.not-found, seed.several, seed.damaged, seed.continued, seed.name-taken; backup.duplicate,
    /// backup.busy; repository.not-found; store.no-space and other store errors.</exception>
    public async Task<ReceivedSeed> ReceiveAsync(
        IReadOnlyList<string> folders,
        RepositoryId id,
        string? name,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var repository = await workplace.OpenRepositoryAsync(id, cancellationToken).ConfigureAwait(false);
        var seed = await CarriedSeed.FindAsync(folders, cancellationToken).ConfigureAwait(false);
        name ??= seed.List.Name;
        var target = repository.Folder(name);
        await RefuseDuplicateAsync(repository, seed.List, name, cancellationToken).ConfigureAwait(false);
        var list = seed.List.Encode();
        var begun = await IsBegunAsync(repository, target, name, list, cancellationToken).ConfigureAwait(false);
        var there = new SeedPart($"{repository.Entry.Location}/{name}", target);
        var checkedSeed = begun ? seed.After(there) : seed;
        await RefuseContinuedAsync(checkedSeed, cancellationToken).ConfigureAwait(false);
        var report = await new CarriedSeedCheck(checkedSeed, progress)
            .RunAsync(cancellationToken)
            .ConfigureAwait(false);
        RequireSound(seed.List, report);

        await new LeaseObserver(target, workplace.BootClock, workplace.LeaseMemory)
            .ClearDeadAsync(cancellationToken)
            .ConfigureAwait(false);
        await RefuseBusyAsync(target, name, cancellationToken).ConfigureAwait(false);

        // The check may have taken hours: somebody else may have the name by now.
        _ = await IsBegunAsync(repository, target, name, list, cancellationToken).ConfigureAwait(false);
        if (!await target.PutIfAbsentAsync(BackupNames.SeedList, list, cancellationToken).ConfigureAwait(false))
        {
            _ = await IsBegunAsync(repository, target, name, list, cancellationToken).ConfigureAwait(false);
        }

        await RefuseContinuedAsync(checkedSeed, cancellationToken).ConfigureAwait(false);
        var lease = await Lease
            .AcquireAsync(
                target,
                new LeaseOptions(LeasePurpose.Writer, $"seed receive on {workplace.Home.Server}"),
                workplace.BootClock,
                workplace.Clock,
                cancellationToken
            )
            .ConfigureAwait(false);
        var arrival = new SeedArrival(repository.Store, there, seed.List, report);
        await using (lease.ConfigureAwait(false))
        {
            await arrival.BringAsync(progress, cancellationToken).ConfigureAwait(false);
        }

        var rescan = await new RepositoryScan(workplace).RunAsync(id, cancellationToken).ConfigureAwait(false);
        var awaiting = await FindAwaitingAsync(seed.List, cancellationToken).ConfigureAwait(false);
        return new ReceivedSeed(seed.List, name, arrival.Moved, arrival.Copied, arrival.BytesCopied, awaiting, rescan);
    }

    /// <summary>Whether an earlier call began here, or the folder was carried here by other means.</summary>
    /// <exception cref="LonghaulException">seed.name-taken: something else lies there.</exception>
    private static async ValueTask<bool> IsBegunAsync(
        OpenRepository repository,
        IObjectStore target,
        string name,
        byte[] list,
        CancellationToken cancellationToken
    )
    {
        var there = await target
            .ReadWholeAsync(BackupNames.SeedList, SeedList.MaxSize, cancellationToken)
            .ConfigureAwait(false);
        return there.AsSpan().SequenceEqual(list) ? true
            : await target.ListAsync("", cancellationToken).AnyAsync(cancellationToken).ConfigureAwait(false)
                ? throw Errors.SeedNameTaken(name, repository.Entry.Name)
            : false;
    }

    /// <summary>A folder that a job has mapped holds records that the list does not know: it is a living backup, and to move files
    /// out of it, or old ones into it, would tear it apart.</summary>
    /// <exception cref="LonghaulException">seed.continued.</exception>
    private static async ValueTask RefuseContinuedAsync(CarriedSeed seed, CancellationToken cancellationToken)
    {
        var last = seed.List.Files.Max(file => BackupNames.TryParseRecord(file.Name, out var number) ? number : 0);
        foreach (var part in seed.Parts)
        {
            var next = BackupNames.Record(last + 1);
            if (await part.Store.GetLengthAsync(next, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw Errors.SeedContinued(part.Path);
            }
        }
    }

    /// <summary>Two folders of one backup in one repository cannot be told apart.</summary>
    private static async ValueTask RefuseDuplicateAsync(
        OpenRepository repository,
        SeedList list,
        string name,
        CancellationToken cancellationToken
    )
    {
        foreach (var folder in await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (folder == name)
            {
                continue;
            }

            try
            {
                using var other = await repository
                    .OpenBackupAsync(folder, wire: null, cancellationToken)
                    .ConfigureAwait(false);
                if (other?.Folder.Instance == new InstanceId(list.Backup.Value))
                {
                    throw Errors.BackupDuplicate([folder, name]);
                }
            }
            catch (LonghaulException error) when (error.IsAboutData || error.Code == "format.unsupported")
            {
                // It cannot be read, so nobody takes it for this one.
            }
        }
    }

    private static void RequireSound(SeedList list, SeedCheckReport report)
    {
        // A damaged copy of the list beside a sound one harms nobody; a segment that was compacted has another name than the
        // log of then lists.
        var faults = report
            .Faults.Where(fault => fault.Part is not null)
            .Select(fault => $"{fault.Path}: {fault.What}")
            .Concat(
                report
                    .Places.Where(place => place.Key != place.Value.Name)
                    .Select(place => $"{place.Key}: it was compacted where it lay; carry that whole folder instead")
            )
            .ToArray();
        if (faults.Length > 0)
        {
            throw Errors.SeedDamaged(list.Name, faults);
        }
    }

    private async ValueTask RefuseBusyAsync(IObjectStore target, string name, CancellationToken cancellationToken)
    {
        var observer = new LeaseObserver(target, workplace.BootClock, workplace.LeaseMemory);
        var leases = await observer.ListAsync(cancellationToken).ConfigureAwait(false);
        if (leases.FirstOrDefault(lease => lease.Holds(LeasePurpose.Writer)) is { } lease)
        {
            throw Errors.BackupBusy(name, lease.Holder?.Who ?? "another process", lease.Holder?.SinceAt);
        }
    }

    private async ValueTask<IReadOnlyList<string>> FindAwaitingAsync(SeedList list, CancellationToken cancellationToken)
    {
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var jobs = await work.Jobs.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. jobs.Where(job => job.AwaitedSeed?.Backup == list.Backup).Select(job => job.Name)];
    }
}
