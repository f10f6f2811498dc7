using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Leases;

/// <summary>Tells living leases of a backup from dead ones.</summary>
/// <remarks>
/// <para>A lease of this host is dead at once when the host was started anew since or its process is gone. Any other
/// is dead when its counter stood still for its term on the observer's own boot clock; no other host's clock is ever
/// asked. A lease seen for the first time is therefore alive.</para>
/// <para>Two hosts of one name, or containers with one name and boot id but their own process numbers, can take each
/// other's leases for dead: that costs work, for correctness never depends on a lease.</para>
/// </remarks>
/// <param name="backupFolder">The folder of the backup.</param>
/// <param name="bootClock">The observer's boot clock.</param>
/// <param name="memory">What the observer saw before.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class LeaseObserver(IObjectStore backupFolder, IBootClock bootClock, ILeaseMemory memory)
{
    private static readonly TimeSpan s_termOfUnreadable = TimeSpan.FromMinutes(5);

    /// <summary>Looks at all leases.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Living and dead ones, by id.</returns>
    /// <exception cref="Core.LonghaulException">store.*.</exception>
    /// <remarks>Cost: a listing, and one read for each lease.</remarks>
    public async Task<IReadOnlyList<ObservedLease>> ListAsync(CancellationToken cancellationToken)
    {
        var leases = new List<ObservedLease>();
        var found = await FindAsync(BackupNames.LeasesFolder, cancellationToken).ConfigureAwait(false);
        foreach (var (id, counter) in found.OrderBy(lease => lease.Key))
        {
            if (await LookAsync(id, counter, cancellationToken).ConfigureAwait(false) is { } lease)
            {
                leases.Add(lease);
            }
        }

        return leases;
    }

    /// <summary>Removes what dead leases left.</summary>
    /// <param name="cancellationToken">Cancels between leases.</param>
    /// <returns>The leases removed.</returns>
    /// <exception cref="Core.LonghaulException">store.*.</exception>
    public async Task<IReadOnlyList<ObservedLease>> ClearDeadAsync(CancellationToken cancellationToken)
    {
        var leases = await ListAsync(cancellationToken).ConfigureAwait(false);
        var dead = leases.Where(lease => !lease.IsAlive).ToList();
        foreach (var lease in dead)
        {
            await Lease.DeleteAsync(backupFolder, lease.Id, exceptCounter: 0, cancellationToken).ConfigureAwait(false);
            memory.Forget(lease.Id);
        }

        return dead;
    }

    /// <summary>The leases named in a folder, and their highest counters. Other names are left alone.</summary>
    private async Task<Dictionary<SessionId, long>> FindAsync(string folder, CancellationToken cancellationToken)
    {
        var counters = new Dictionary<SessionId, long>();
        await foreach (var item in backupFolder.ListAsync(folder, cancellationToken).ConfigureAwait(false))
        {
            if (BackupNames.TryParseLease(item.Name, out var id, out var counter))
            {
                counters[id] = Math.Max(counter, counters.GetValueOrDefault(id));
            }
        }

        return counters;
    }

    /// <summary>Looks at one lease; null when it was given back meanwhile.</summary>
    private async Task<ObservedLease?> LookAsync(SessionId id, long counter, CancellationToken cancellationToken)
    {
        const int Looks = 3;
        var buffer = new byte[LeaseCodec.MaxSize];
        for (var look = 1; ; look++)
        {
            var name = BackupNames.Lease(id, counter);
            var read = await backupFolder.ReadAsync(name, 0, buffer, cancellationToken).ConfigureAwait(false);
            if (read is not null || look == Looks)
            {
                var holder = read is null ? null : LeaseCodec.TryRead(buffer.AsSpan(0, read.Value));
                return new ObservedLease(id, counter, holder, IsAlive(id, counter, holder));
            }

            // Its holder gave a sign of life, or gave it back, since it was listed.
            var now = await FindAsync(BackupNames.LeaseFolder(id), cancellationToken).ConfigureAwait(false);
            if (!now.TryGetValue(id, out counter))
            {
                return null;
            }
        }
    }

    private bool IsAlive(SessionId id, long counter, LeaseHolder? holder)
    {
        if (holder is not null && holder.Host == Environment.MachineName)
        {
            return holder.BootId == bootClock.BootId
                && HostProcess.Find(holder.ProcessId) is { } process
                && (process.Start == holder.ProcessStart || process.Start == HostProcess.Unknown);
        }

        var now = bootClock.SinceBoot;
        var term = holder is null ? s_termOfUnreadable : TimeSpan.FromSeconds(holder.TermSeconds);
        var seen = memory.Find(id);
        if (seen?.Counter == counter && seen.BootId == bootClock.BootId)
        {
            return now - seen.FirstSeen < term;
        }

        memory.Remember(id, new LeaseSighting(counter, bootClock.BootId, now));
        return true;
    }
}
