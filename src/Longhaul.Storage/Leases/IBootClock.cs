namespace Longhaul.Storage.Leases;

/// <summary>Time since this host was started, sleep included; nobody can set it.</summary>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public interface IBootClock
{
    /// <summary>Changes with every start of the host; compared for equality only.</summary>
    string BootId { get; }

    /// <summary>Time since the start; never goes back while <see cref="BootId"/> stays.</summary>
    TimeSpan SinceBoot { get; }
}
