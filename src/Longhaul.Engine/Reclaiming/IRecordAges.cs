namespace Longhaul.Engine.Reclaiming;

/// <summary>Says how long ago this client first saw a record. Implemented by the host, in its catalog.</summary>
/// <remarks>Counted on the boot-time clock; over a reboot the wall clock's gap counts, at most 24 h. Nobody else's clock is
/// asked, and a record's own time is not believed.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public interface IRecordAges
{
    /// <summary>Notes that a record was seen, unless it was before, and says whether that is long enough ago.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="recordNumber">The record's number, from 1.</param>
    /// <param name="delay">How long ago it must have been seen first; above zero.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False also when the record is seen for the first time now.</returns>
    ValueTask<bool> MayDeleteAsync(
        InstanceId instance,
        long recordNumber,
        TimeSpan delay,
        CancellationToken cancellationToken
    );

    /// <summary>Forgets records of which nothing waits any more.</summary>
    /// <param name="instance">The instance of the backup.</param>
    /// <param name="throughRecord">Every record up to and with this number; 0 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken);
}
