using Longhaul.Storage.Leases;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>The boot clock of a host that sleeps and is started anew.</summary>
internal sealed class TroubledBoot : IBootClock
{
    private int _starts = 1;

    public string BootId => $"boot {_starts}";

    public TimeSpan SinceBoot { get; private set; } = TimeSpan.FromMinutes(1);

    internal void Sleep(TimeSpan time) => SinceBoot += time;

    internal void StartAnew() => (_starts, SinceBoot) = (_starts + 1, TimeSpan.FromSeconds(20));
}
