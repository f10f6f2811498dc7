using Longhaul.Catalog;
using Longhaul.Catalog.Backups;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Mapping;
using Longhaul.Core.Selection;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.State;

namespace Longhaul.Jobs.Copying;

/// <summary>Finds the machines of a copy job, and the chains their restore points can be taken from.</summary>
/// <remarks>A source job means the backup it writes to; a machine means every backup that has it; a backup means itself,
/// also one that no job has adopted.</remarks>
/// <param name="workplace">The catalog and the repositories.</param>
/// <param name="opened">Where the source backups are kept open.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class SourceFinder(Workplace workplace, OpenBackups opened)
{
    /// <summary>Finds the machines of a job.</summary>
    /// <param name="job">A copy job.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>In the order of the job's sources; each machine once.</returns>
    /// <exception cref="LonghaulException">job.not-found, backup.not-found; store and data errors.</exception>
    public async ValueTask<IReadOnlyList<JobMachine>> FindAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var found = new List<(MachineId Machine, string Name, OpenBackup? Backup, SourceChain? Chain)>();
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        var entries = await work.Backups.ListAsync(repository: null, cancellationToken).ConfigureAwait(false);
        foreach (var source in job.Sources)
        {
            switch (source.Kind)
            {
                case JobSourceKind.Job:
                    await AddJobAsync(work, source, entries, found, cancellationToken).ConfigureAwait(false);
                    break;
                case JobSourceKind.Machine:
                    await AddMachineAsync(work, job, source, entries, found, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await AddBackupAsync(work, source, entries, found, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }

        return
        [
            .. found
                .GroupBy(entry => entry.Machine)
                .Select(machine =>
                    Machine(machine.Key, [.. machine.Select(entry => (entry.Name, entry.Backup, entry.Chain))])
                ),
        ];
    }

    /// <summary>Which origin the job's own backup, and what it writes now, has by its sources.</summary>
    /// <param name="job">A copy job whose machines were found.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <remarks>Every source counts, also one that has nothing to copy at present.</remarks>
    public async ValueTask<BackupOrigin> FindOriginAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var states = opened.All.Select(backup => backup.Folder.State);
        var isManaged = states.Any(state =>
            state.Origin.IsManaged() || state.Points.Any(point => point.WrittenBy.IsManaged())
        );
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        foreach (var source in job.Sources.Where(source => source.Kind == JobSourceKind.Job))
        {
            isManaged |=
                JobId.TryParse(source.Id, out var id)
                && await work.Jobs.FindAsync(id, cancellationToken).ConfigureAwait(false) is { Managed: true };
        }

        return job.OriginOf(isManaged);
    }

    /// <summary>A machine all of whose points are gone is no machine of the backup any more.</summary>
    private static IEnumerable<MachineState> WithPoints(OpenBackup backup) =>
        backup.Folder.State.Machines.Values.Where(machine => machine.Points.Length > 0);

    private async ValueTask AddJobAsync(
        ICatalogWork work,
        JobSource source,
        IReadOnlyList<BackupEntry> entries,
        List<(MachineId Machine, string Name, OpenBackup? Backup, SourceChain? Chain)> found,
        CancellationToken cancellationToken
    )
    {
        var id = JobId.TryParse(source.Id, out var parsed) ? parsed : throw Errors.JobNotFound(source.Name);
        var job =
            await work.Jobs.FindAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw Errors.JobNotFound(source.Name);
        var entry = entries.FirstOrDefault(candidate =>
            candidate.BackupId == job.Backup && candidate.Repository == job.Repository && candidate.Owner == job.Id
        );
        if (entry is not null)
        {
            var backup = await opened.GetAsync(entry, cancellationToken).ConfigureAwait(false);
            await AddAllAsync(work, backup, entry, named: false, found, cancellationToken).ConfigureAwait(false);
        }

        // Machines that the source job has and its backup does not yet: they wait.
        foreach (var named in job.Sources.Where(inner => inner.Kind == JobSourceKind.Machine))
        {
            if (MachineId.TryParse(named.Id, out var machine) && found.TrueForAll(known => known.Machine != machine))
            {
                found.Add((machine, named.Name, null, null));
            }
        }
    }

    private async ValueTask AddMachineAsync(
        ICatalogWork work,
        JobDefinition job,
        JobSource source,
        IReadOnlyList<BackupEntry> entries,
        List<(MachineId Machine, string Name, OpenBackup? Backup, SourceChain? Chain)> found,
        CancellationToken cancellationToken
    )
    {
        var id = MachineId.TryParse(source.Id, out var parsed) ? parsed : throw Errors.MachineNotFound(source.Name);
        var machine = await work.Machines.FindAsync(id, cancellationToken).ConfigureAwait(false);
        found.Add((id, machine?.Name ?? source.Name, null, null));
        foreach (
            var entry in entries.Where(entry => entry.BackupId != job.Backup || entry.Repository != job.Repository)
        )
        {
            var chains = await work
                .Backups.GetChainsAsync(entry.Repository, entry.Folder, cancellationToken)
                .ConfigureAwait(false);
            if (chains.Any(chain => chain.MachineId == id))
            {
                var backup = await opened.GetAsync(entry, cancellationToken).ConfigureAwait(false);
                found.Add((id, machine?.Name ?? source.Name, backup, Chain(backup, entry, id, named: false)));
            }
        }
    }

    private async ValueTask AddBackupAsync(
        ICatalogWork work,
        JobSource source,
        IReadOnlyList<BackupEntry> entries,
        List<(MachineId Machine, string Name, OpenBackup? Backup, SourceChain? Chain)> found,
        CancellationToken cancellationToken
    )
    {
        // A carried copy has the id, and often the name, of its original: the one that was named goes first.
        var entry = entries
            .Where(entry => entry.BackupId.ToString() == source.Id)
            .OrderByDescending(entry => entry.Repository == source.Repository)
            .ThenByDescending(entry => entry.Folder == source.Name)
            .FirstOrDefault();
        var backup = await opened
            .GetAsync(entry ?? throw Errors.BackupNotFound(source.Name), cancellationToken)
            .ConfigureAwait(false);
        await AddAllAsync(work, backup, entry, named: true, found, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All machines of a backup; where it is locked, by the names that the catalog has for them.</summary>
    private static async ValueTask AddAllAsync(
        ICatalogWork work,
        OpenBackup backup,
        BackupEntry entry,
        bool named,
        List<(MachineId Machine, string Name, OpenBackup? Backup, SourceChain? Chain)> found,
        CancellationToken cancellationToken
    )
    {
        foreach (var machine in WithPoints(backup))
        {
            var name =
                machine.Name.Length > 0
                    ? machine.Name
                    : (await work.Machines.FindAsync(machine.Id, cancellationToken).ConfigureAwait(false))?.Name
                        ?? machine.Id.ToString();
            found.Add((machine.Id, name, backup, Chain(backup, entry, machine.Id, named)));
        }
    }

    private static SourceChain Chain(OpenBackup backup, BackupEntry entry, MachineId machine, bool named)
    {
        var state = backup.Folder.State.Machines.GetValueOrDefault(machine);
        var visible = state?.Points.Select(point => point.Id).ToHashSet() ?? [];
        return new SourceChain
        {
            Backup = backup.Folder.Descriptor.Id,
            BackupName = backup.Folder.Name,
            Repository = backup.Repository,
            Chain = state?.Chain ?? new MachineChain(machine, "", []),
            Imported = entry.State == Catalog.Backups.BackupState.Imported,
            NamedByJob = named,
            FormerPoints =
                state
                    ?.Tables.Where(table => !visible.Contains(table.Point))
                    .ToDictionary(table => table.Point, table => table.Sequence)
                ?? [],
        };
    }

    private static JobMachine Machine(
        MachineId id,
        IReadOnlyList<(string Name, OpenBackup? Backup, SourceChain? Chain)> found
    )
    {
        var chains = found.Where(entry => entry.Chain is { Chain.Points.Count: > 0 }).ToArray();
        var newest = chains.OrderByDescending(entry => entry.Chain!.Chain.Newest!.CreatedAt).FirstOrDefault();
        return new JobMachine(
            id,
            newest.Chain?.Chain.MachineName is { Length: > 0 } name ? name : found[0].Name,
            newest.Chain?.Chain.Disks ?? [],
            newest.Backup?.Folder.Descriptor.BlockSize,
            [.. chains.Select(entry => entry.Chain!)]
        );
    }
}
