using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Seeds;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;
using Longhaul.Jobs.Runs;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Seeding;

/// <summary>Makes a copy job's first run to a folder that is carried to the target: the seed.</summary>
/// <remarks>
/// <para>Each step is remembered before the next one, and done again from there after an interruption: the job waits, in the
/// catalog, with the points to be kept; the run copies, and goes on where it was; the catalog knows the finished backup; the
/// log's last record makes it ownerless; the list is put; files move into their parts.</para>
/// </remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class SeedCreation(Workplace workplace)
{
    /// <summary>Makes a seed, or goes on with it.</summary>
    /// <param name="job">A copy job without a backup.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="progress">Hears how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Cancels the call; the next one goes on.</param>
    /// <exception cref="LonghaulException">usage.invalid; job.disabled; seed.job-has-backup, seed.elsewhere, seed.exists,
    /// seed.nothing, seed.split, seed.not-found: a finished seed is not there any more; what a run throws.</exception>
    public async Task<CreatedSeed> CreateAsync(
        JobDefinition job,
        SeedOptions options,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(options);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder));
        Require(job, folder, options);
        var awaited = options.Anew ? null : job.AwaitedSeed;
        var repository = await workplace
            .OpenSeedPlaceAsync(folder, SeedPacking.SegmentSizeFor(options.Split), cancellationToken)
            .ConfigureAwait(false);
        if (repository.Entry.Id == job.Repository)
        {
            throw Errors.UsageInvalid(
                $"{folder} is the job's own repository",
                $"Nothing has to be carried: 'longhaul job run {job.Name}'."
            );
        }

        SessionRecord? session = null;
        if (awaited?.Backup is null)
        {
            await RefuseOthersAsync(job, repository, cancellationToken).ConfigureAwait(false);
            var target = new CarriedTarget(
                repository,
                (plan, token) => RememberPlanAsync(job, folder, awaited?.Points ?? [], plan, options.Split, token)
            );
            session = await new JobRunner(workplace)
                .RunAsync(job, new RunOptions(new FullRequest(), progress), target, cancellationToken)
                .ConfigureAwait(false);
            if (session.State == SessionState.Failed)
            {
                return new CreatedSeed(session, List: null, []);
            }

            awaited = await RememberBackupAsync(job, folder, repository, cancellationToken).ConfigureAwait(false);
        }

        var list = await FinishAsync(job, awaited, repository, options.Split, cancellationToken).ConfigureAwait(false);
        return new CreatedSeed(session, list, [.. Enumerable.Range(1, list.Parts).Select(Part)]);

        CreatedPart Part(int part)
        {
            var files = list.Files.Where(file => file.Part == part).ToArray();
            var path = Path.Combine(folder, FolderOf(list, part).TrimEnd('/'));
            return new CreatedPart(part, path, files.Length, files.Sum(file => file.Length));
        }
    }

    private static void Require(JobDefinition job, string folder, SeedOptions options)
    {
        if (!job.IsCopy)
        {
            throw Errors.UsageInvalid($"job '{job.Name}' is no copy job", "A seed is a copy job's first run.");
        }

        if (!job.Enabled)
        {
            throw Errors.JobDisabled(job.Name);
        }

        if (job.Backup is not null)
        {
            throw Errors.SeedJobHasBackup(job.Name);
        }

        if (job.AwaitedSeed is { } other && other.Folder != folder && !options.Anew)
        {
            throw Errors.SeedElsewhere(job.Name, other.Folder);
        }
    }

    /// <summary>A finished seed of that name is never written to again.</summary>
    private static async ValueTask RefuseOthersAsync(
        JobDefinition job,
        OpenRepository repository,
        CancellationToken cancellationToken
    )
    {
        foreach (var folder in (string[])[$"{job.Name}/", $"part1/{job.Name}/"])
        {
            var list = folder + BackupNames.SeedList;
            if (await repository.Store.GetLengthAsync(list, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw Errors.SeedExists(Path.Combine(repository.Entry.Location, folder.TrimEnd('/')));
            }
        }
    }

    /// <summary>From now on the job waits, and the points it is about to copy are kept.</summary>
    private async ValueTask RememberPlanAsync(
        JobDefinition job,
        string folder,
        IReadOnlyList<PointId> before,
        CopyJobPlan plan,
        long? split,
        CancellationToken cancellationToken
    )
    {
        var due = plan
            .Machines.Select(machine => machine.Estimate?.Machine)
            .OfType<Engine.Copying.CopyMachine>()
            .ToArray();
        if (due.Length == 0)
        {
            return;
        }

        if (split is { } size)
        {
            var most = due.Max(machine =>
            {
                var blockSize = machine.Source.Folder.Descriptor.BlockSize;
                return machine.Point.Disks.Sum(disk => (disk.Size.Bytes + blockSize - 1) / blockSize);
            });
            SeedPacking.RequireRoom(size, due.Max(machine => machine.Source.Folder.Descriptor.BlockSize), most);
        }

        await AwaitAsync(
                job,
                folder,
                backup: null,
                [.. due.Select(machine => machine.Point.Id), .. before],
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async Task<AwaitedSeed> RememberBackupAsync(
        JobDefinition job,
        string folder,
        OpenRepository repository,
        CancellationToken cancellationToken
    )
    {
        using var backup =
            await new JobBackup(workplace)
                .FindAsync(job, repository, wire: null, cancellationToken)
                .ConfigureAwait(false)
            ?? throw Errors.SeedNothing(job.Name);
        var points = backup.Folder.State.Points.Select(point => point.SourcePoint).OfType<PointId>();
        return await AwaitAsync(job, folder, backup.Folder.Descriptor.Id, [.. points], cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task<AwaitedSeed> AwaitAsync(
        JobDefinition job,
        string folder,
        BackupId? backup,
        IReadOnlyList<PointId> points,
        CancellationToken cancellationToken
    )
    {
        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var present =
            await work.Jobs.FindAsync(job.Id, cancellationToken).ConfigureAwait(false)
            ?? throw Errors.JobNotFound(job.Name);
        var awaited = new AwaitedSeed
        {
            Folder = folder,
            Since = workplace.Clock.GetUtcNow(),
            Backup = backup,
            Points = [.. points.Distinct()],
        };
        await work.Jobs.SaveAsync(present with { AwaitedSeed = awaited }, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
        return awaited;
    }

    private async Task<SeedList> FinishAsync(
        JobDefinition job,
        AwaitedSeed awaited,
        OpenRepository repository,
        long? split,
        CancellationToken cancellationToken
    )
    {
        var store = repository.Store;
        foreach (var folder in await repository.ListFoldersAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await ReadListAsync(store, $"{folder}/", awaited, cancellationToken).ConfigureAwait(false) is { } list)
            {
                await PlaceAsync(store, list, cancellationToken).ConfigureAwait(false);
                return list;
            }

            using var backup = await OpenAsync(repository, folder, cancellationToken).ConfigureAwait(false);
            if (backup?.Folder.Descriptor.Id == awaited.Backup)
            {
                return await FinishAsync(job, awaited, backup!, store, split, cancellationToken).ConfigureAwait(false);
            }
        }

        await foreach (var folder in store.ListFoldersAsync("part1/", cancellationToken).ConfigureAwait(false))
        {
            var list = await ReadListAsync(store, $"part1/{folder}/", awaited, cancellationToken).ConfigureAwait(false);
            if (list is not null)
            {
                return list;
            }
        }

        throw Errors.SeedNotFound([awaited.Folder]);
    }

    private async Task<SeedList> FinishAsync(
        JobDefinition job,
        AwaitedSeed awaited,
        OpenBackup backup,
        IObjectStore store,
        long? split,
        CancellationToken cancellationToken
    )
    {
        await workplace.RefuseBusyAsync(backup, cancellationToken).ConfigureAwait(false);
        await backup
            .Folder.CommitAsync(
                state =>
                {
                    if (state.OwnerIn(backup.Repository)?.Job != job.Id)
                    {
                        return null;
                    }

                    var draft = new RecordDraft("seed");
                    draft.Open.Ownerless = true;
                    return draft;
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var (list, leavings) = await new SeedListing(backup)
            .RunAsync(awaited.Since, cancellationToken)
            .ConfigureAwait(false);
        list = split is { } size ? SeedPacking.Pack(list, size) : list;
        foreach (var name in leavings)
        {
            await backup.Folder.Store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }

        await PutAsync(store, $"{list.Name}/{BackupNames.SeedList}", list.Encode(), cancellationToken)
            .ConfigureAwait(false);
        await PlaceAsync(store, list, cancellationToken).ConfigureAwait(false);
        return list;
    }

    /// <summary>Puts the sheets, and files into their parts; the list at its first place goes last.</summary>
    private static async Task PlaceAsync(IObjectStore store, SeedList list, CancellationToken cancellationToken)
    {
        for (var part = 1; part <= list.Parts; part++)
        {
            var folder = FolderOf(list, part);
            await PutAsync(store, folder + BackupNames.SeedList, list.Encode(), cancellationToken)
                .ConfigureAwait(false);
            await PutAsync(store, folder + BackupNames.SeedSheet, SeedSheet.Of(list, part), cancellationToken)
                .ConfigureAwait(false);
        }

        if (list.Parts == 1)
        {
            return;
        }

        foreach (var file in list.Files)
        {
            var (from, to) = ($"{list.Name}/{file.Name}", FolderOf(list, file.Part) + file.Name);
            if (!await SeedTransport.TryMoveAsync(store, from, store, to, cancellationToken).ConfigureAwait(false))
            {
                await CopyOverAsync(store, from, to, cancellationToken).ConfigureAwait(false);
            }
        }

        await store.DeleteAsync($"{list.Name}/{BackupNames.SeedList}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Moves a file where it cannot be renamed; nothing is to be done where that was done before.</summary>
    private static async Task CopyOverAsync(
        IObjectStore store,
        string from,
        string to,
        CancellationToken cancellationToken
    )
    {
        if (await store.GetLengthAsync(from, cancellationToken).ConfigureAwait(false) is null)
        {
            return;
        }

        if (await store.GetLengthAsync(to, cancellationToken).ConfigureAwait(false) is null)
        {
            await SeedTransport.CopyAsync(store, from, store, to, cancellationToken).ConfigureAwait(false);
        }

        await store.DeleteAsync(from, cancellationToken).ConfigureAwait(false);
    }

    private static async Task PutAsync(
        IObjectStore store,
        string name,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        if (await store.PutIfAbsentAsync(name, content, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var there = await store.ReadWholeAsync(name, SeedList.MaxSize, cancellationToken).ConfigureAwait(false);
        if (!there.AsSpan().SequenceEqual(content))
        {
            throw Errors.SeedExists($"{store.Location}/{name}");
        }
    }

    private static async ValueTask<SeedList?> ReadListAsync(
        IObjectStore store,
        string folder,
        AwaitedSeed awaited,
        CancellationToken cancellationToken
    )
    {
        var name = folder + BackupNames.SeedList;
        try
        {
            var bytes = await store.ReadWholeAsync(name, SeedList.MaxSize, cancellationToken).ConfigureAwait(false);
            return bytes is not null && SeedList.Decode(name, bytes) is var list && list.Backup == awaited.Backup
                ? list
                : null;
        }
        catch (LonghaulException error) when (error.IsAboutData || error.Code == "format.unsupported")
        {
            // Another seed's beside it; in the place of this one's nothing is put over it.
            return null;
        }
    }

    private static async ValueTask<OpenBackup?> OpenAsync(
        OpenRepository repository,
        string folder,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await repository.OpenBackupAsync(folder, wire: null, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.IsAboutData || error.Code == "format.unsupported")
        {
            // Another backup beside it; one's own is named as missing below.
            return null;
        }
    }

    private static string FolderOf(SeedList list, int part) =>
        list.Parts == 1 ? $"{list.Name}/" : $"part{part}/{list.Name}/";
}
