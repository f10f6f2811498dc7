namespace Longhaul.Catalog.Backups;

/// <summary>When this client first saw a record that condemns something; the reclaim delay counts from here.</summary>
/// <param name="Instance">The instance of the backup.</param>
/// <param name="RecordNumber">The record's number, from 1.</param>
/// <param name="BootId">Id of the boot during which it was seen.</param>
/// <param name="BootTime">The boot-time clock then (goes on during sleep).</param>
/// <param name="SeenAt">The wall clock then, UTC; counts only over a reboot.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CondemnedSighting(
    InstanceId Instance,
    long RecordNumber,
    string BootId,
    TimeSpan BootTime,
    DateTimeOffset SeenAt
);
