using Longhaul.Catalog.Jobs;
using Longhaul.Core.Fulls;
using Longhaul.Core.Jobs;
using Longhaul.Jobs.Copying;
using Longhaul.Jobs.Repositories;

namespace Longhaul.Jobs.Runs;

/// <summary>Which fulls a run of a copy job may make: those that somebody was told of.</summary>
/// <param name="workplace">The catalog, which keeps what was announced.</param>
/// <param name="job">The job.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class RunConsent(Workplace workplace, JobDefinition job)
{
    /// <summary>Turns fulls that nobody was told of into errors of their machines.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="options">What the run is told.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask<CopyJobPlan> RefuseUnannouncedAsync(
        CopyJobPlan plan,
        RunOptions options,
        CancellationToken cancellationToken
    )
    {
        if (job.Backup is null)
        {
            // It is kept, since a first run that is cut off has made the folder: the next one is no first run any more.
            await AnnounceAsync(plan, cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<AnnouncedFull> announced;
        var work = await workplace.Catalog.ReadAsync(cancellationToken).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            announced = await work.AnnouncedFulls.ListAsync(job.Id, cancellationToken).ConfigureAwait(false);
        }

        var consent = new FullConsentFacts(
            job.Name,
            options.Fulls.Full,
            FirstRunUnmapped: job.Backup is null,
            [
                .. announced
                    .Where(full => Enum.IsDefined(typeof(FullReason), full.Reason))
                    .Select(full => new FullAnnouncement(full.Machine, Enum.Parse<FullReason>(full.Reason))),
            ]
        );
        return plan with
        {
            Machines =
            [
                .. plan.Machines.Select(machine =>
                    machine is { FullReason: { } reason, Error: null, Estimate: { } estimate }
                        ? machine with
                        {
                            Error = FullConsent.Refusal(
                                new FullNeed(machine.Machine.Id, machine.Machine.Name, reason, estimate.BytesToSend),
                                consent
                            ),
                        }
                        : machine
                ),
            ],
        };
    }

    /// <summary>Notes the fulls of a plan as said.</summary>
    /// <param name="plan">A plan that was shown, or a first run's.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask AnnounceAsync(CopyJobPlan plan, CancellationToken cancellationToken)
    {
        var fulls = plan.Machines.Where(machine => machine is { FullReason: not null, Estimate: not null }).ToArray();
        if (fulls.Length == 0)
        {
            return;
        }

        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        foreach (var machine in fulls)
        {
            var full = new AnnouncedFull(
                job.Id,
                machine.Machine.Id,
                machine.FullReason!.Value.ToString(),
                machine.Estimate!.BytesToSend,
                workplace.Clock.GetUtcNow()
            );
            await work.AnnouncedFulls.AnnounceAsync(full, cancellationToken).ConfigureAwait(false);
        }

        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An announcement is used up by the full it allowed.</summary>
    /// <param name="machine">The machine that has its point.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal async ValueTask SpendAsync(MachinePlan machine, CancellationToken cancellationToken)
    {
        if (machine.FullReason is null)
        {
            return;
        }

        var work = await workplace.Catalog.WriteAsync(cancellationToken).ConfigureAwait(false);
        await using var owned = work.ConfigureAwait(false);
        await work.AnnouncedFulls.WithdrawAsync(job.Id, machine.Machine.Id, cancellationToken).ConfigureAwait(false);
        await work.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
