using System.Globalization;

namespace Longhaul.Storage.Leases;

/// <summary>The host's own boot clock.</summary>
/// <remarks>Source: proc(5), <c>/proc/uptime</c> and <c>/proc/sys/kernel/random/boot_id</c>. Resolution 10 ms.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class BootClock : IBootClock
{
    /// <inheritdoc/>
    public string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <inheritdoc/>
    public TimeSpan SinceBoot =>
        TimeSpan.FromSeconds(
            double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture)
        );
}
