using Longhaul.Engine.Reclaiming;
using Longhaul.Storage.Leases;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>When records were first seen, by the boot clock; after a start the time begins anew.</summary>
internal sealed class BootAges
{
    private readonly Dictionary<long, (string Boot, TimeSpan At)> _firstSeen = [];

    /// <summary>The ages as a boot clock tells them.</summary>
    internal IRecordAges On(IBootClock clock) => new Told(_firstSeen, clock);

    private sealed class Told(Dictionary<long, (string Boot, TimeSpan At)> firstSeen, IBootClock clock) : IRecordAges
    {
        public ValueTask<bool> MayDeleteAsync(
            InstanceId instance,
            long recordNumber,
            TimeSpan delay,
            CancellationToken cancellationToken
        )
        {
            if (firstSeen.GetValueOrDefault(recordNumber).Boot != clock.BootId)
            {
                firstSeen[recordNumber] = (clock.BootId, clock.SinceBoot);
            }

            return ValueTask.FromResult(clock.SinceBoot - firstSeen[recordNumber].At >= delay);
        }

        public ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken)
        {
            foreach (var number in firstSeen.Keys.Where(number => number <= throughRecord).ToArray())
            {
                firstSeen.Remove(number);
            }

            return ValueTask.CompletedTask;
        }
    }
}
