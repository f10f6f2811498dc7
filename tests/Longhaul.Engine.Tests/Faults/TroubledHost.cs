using Longhaul.Engine.Backups;
using Longhaul.Engine.Reclaiming;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Storage.Leases;
using Microsoft.Extensions.Time.Testing;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>The host that all steps run on: it sleeps, is started anew, and its processes leave their leases behind.</summary>
/// <param name="estate">What is reclaimed with.</param>
/// <param name="chance">Decides.</param>
internal sealed class TroubledHost(Estate estate, Random chance)
{
    private readonly TroubledBoot _boot = new();

    /// <summary>Time passes: minutes, or weeks of sleep, or a start.</summary>
    /// <returns>What happened; null for nothing to speak of.</returns>
    internal string? Jump()
    {
        switch (chance.Next(8))
        {
            case 0:
                _boot.Sleep(TimeSpan.FromHours(chance.Next(1, 2000)));
                return "slept";
            case 1:
                StartAnew();
                return "started anew";
            default:
                _boot.Sleep(TimeSpan.FromMinutes(chance.Next(1, 600)));
                return null;
        }
    }

    internal void StartAnew() => _boot.StartAnew();

    internal ValueTask<ReclaimReport> ReclaimAsync(TroubledPlace place, OpenBackup backup, ReclaimOptions options) =>
        new Reclaimer(
            backup,
            new LeaseObserver(place.Store, _boot, place.Leases),
            place.Ages.On(_boot),
            estate.Journal,
            estate.Clock
        ).RunAsync(options, CancellationToken.None);

    /// <summary>Takes a lease that gives no sign of life, as its clock stands still.</summary>
    internal Task<Lease> LeaseAsync(OpenBackup backup, LeasePurpose purpose) =>
        Lease.AcquireAsync(
            backup.Folder.Store,
            new LeaseOptions(purpose, "a step"),
            _boot,
            new FakeTimeProvider(),
            CancellationToken.None
        );

    /// <summary>Gives a lease back, or dies before that. The process it names lives on, so that it is believed until the host is
    /// started anew.</summary>
    internal async Task EndAsync(Lease lease)
    {
        if (chance.Next(3) != 0)
        {
            await lease.DisposeAsync();
        }
    }
}
