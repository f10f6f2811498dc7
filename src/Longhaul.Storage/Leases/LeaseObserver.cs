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
        var counters = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var found = backupFolder.ListAsync(LeaseCodec.Folder, cancellationToken).ConfigureAwait(false);
        await foreach (var item in found)
        {
            if (LeaseCodec.TryParseName(item.Name, out var id, out var counter))
            {
                counters[id] = Math.Max(counter, counters.GetValueOrDefault(id));
            }
        }

        var leases = new List<ObservedLease>();
        foreach (var (id, counter) in counters)
        {
            var holder = await ReadAsync(id, counter, cancellationToken).ConfigureAwait(false);
            leases.Add(new ObservedLease(id, counter, holder, IsAlive(id, counter, holder)));
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

    private bool IsAlive(string id, long counter, LeaseHolder? holder)
    {
        if (holder is not null && holder.Host == Environment.MachineName)
        {
            return holder.BootId == bootClock.BootId
                && HostProcess.Find(holder.ProcessId) == new HostProcess(holder.ProcessId, holder.ProcessStart);
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

    private async Task<LeaseHolder?> ReadAsync(string id, long counter, CancellationToken cancellationToken)
    {
        var buffer = new byte[LeaseCodec.MaxSize];
        var name = LeaseCodec.NameOf(id, counter);
        var read = await backupFolder.ReadAsync(name, 0, buffer, cancellationToken).ConfigureAwait(false);

        // Null: its holder went on meanwhile, so the next look will tell.
        return read is { } length ? LeaseCodec.TryRead(buffer.AsSpan(0, length)) : null;
    }
}
