using Longhaul.Catalog.Sessions;
using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Backups;
using Longhaul.Jobs.Repositories;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Runs;

/// <summary>One run of a backup job: its machines, a few at a time.</summary>
internal sealed class BackupJobRun(
    Workplace workplace,
    JobDefinition job,
    SessionId session,
    Wire wire,
    SessionBook book
)
{
    /// <summary>Runs.</summary>
    /// <param name="options">What the run is told.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The session, ended.</returns>
    internal async Task<SessionRecord> RunAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var machines = await JobMachines.OfAsync(workplace, job, cancellationToken).ConfigureAwait(false);
        var repository = await workplace.OpenRepositoryAsync(job.Repository, cancellationToken).ConfigureAwait(false);
        var backups = new JobBackup(workplace);
        using var backup =
            await backups.FindAsync(job, repository, wire, cancellationToken).ConfigureAwait(false)
            ?? await CreateAsync(backups, repository, cancellationToken).ConfigureAwait(false);
        await backups.RememberAsync(job, backup, cancellationToken).ConfigureAwait(false);
        var target = await TargetSession
            .BeginAsync(
                workplace,
                job,
                backup,
                options.TrustClock,
                repository.OnlyAdds,
                isCarried: false,
                cancellationToken
            )
            .ConfigureAwait(false);
        var disks = machines.Sum(machine => machine.Disks.Count);
        var context = target.Context(session, job.OriginOf(anyManagedSource: false), disks, options);
        await using (target.ConfigureAwait(false))
        {
            await target.ProtectAsync(repository, wire, book, cancellationToken).ConfigureAwait(false);
            await new SeedCheck(workplace)
                .RequireSoundAsync(backup, options.Progress, cancellationToken)
                .ConfigureAwait(false);
            using var run = await BackupRun.BeginAsync(backup, context, cancellationToken).ConfigureAwait(false);
            book.Expect(machines.Select(machine => machine.Id));
            var allDone = await MachineTasks
                .RunAsync(
                    machines,
                    context.Tasks,
                    (machine, token) => RunMachineAsync(run, machine, options, token),
                    cancellationToken
                )
                .ConfigureAwait(false);

            await target
                .RetainAsync(machines.Select(machine => (machine.Id, machine.Id)), book, session, cancellationToken)
                .ConfigureAwait(false);

            await target
                .RetainDepartedAsync(
                    machines.Select(machine => machine.Id).ToHashSet(),
                    book,
                    session,
                    cancellationToken
                )
                .ConfigureAwait(false);

            if (allDone)
            {
                await run.EndAsync(cancellationToken).ConfigureAwait(false);
            }

            await target.ReclaimAsync(repository, wire, session, book, cancellationToken).ConfigureAwait(false);
        }

        return await book.EndAsync(context.Load.Bottleneck, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<OpenBackup> CreateAsync(
        JobBackup backups,
        OpenRepository repository,
        CancellationToken cancellationToken
    )
    {
        var backup = await backups
            .CreateAsync(job, repository, job.OriginOf(false), job.BlockSize, wire, cancellationToken)
            .ConfigureAwait(false);
        book.NoteFolder(backup.Folder.Name);
        return backup;
    }

    private async Task<bool> RunMachineAsync(
        BackupRun run,
        Machine machine,
        RunOptions options,
        CancellationToken cancellationToken
    )
    {
        var transferred = wire.Counter.BeginShare();
        try
        {
            var outcome = await run.RunMachineAsync(machine, options.Fulls, cancellationToken).ConfigureAwait(false);
            book.Add(machine.Id, outcome, transferred.Total);
            return true;
        }
        catch (LonghaulException error)
        {
            book.AddFailure(machine.Id, machine.Name, error, transferred.Total);
            return false;
        }
    }
}
