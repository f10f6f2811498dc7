namespace Longhaul.Storage.Leases;

/// <summary>A lease as an observer sees it.</summary>
/// <param name="Id">The lease.</param>
/// <param name="Counter">Its counter.</param>
/// <param name="Holder">Who says he holds it; null when its content cannot be read.</param>
/// <param name="IsAlive">Whether it must be respected.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record ObservedLease(SessionId Id, long Counter, LeaseHolder? Holder, bool IsAlive)
{
    /// <summary>Whether it must be respected by who deletes or counts readers and writers of a kind.</summary>
    /// <param name="purpose">The kind; a lease that cannot be read counts as either.</param>
    public bool Holds(LeasePurpose purpose) => IsAlive && (Holder is null || Holder.Purpose == purpose);
}
