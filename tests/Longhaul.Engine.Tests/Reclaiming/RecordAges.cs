using Longhaul.Engine.Reclaiming;

namespace Longhaul.Engine.Tests.Reclaiming;

/// <summary>Ages by a clock the test sets.</summary>
internal sealed class RecordAges(TimeProvider clock) : IRecordAges
{
    internal SortedDictionary<long, DateTimeOffset> FirstSeen { get; } = [];

    public ValueTask<bool> MayDeleteAsync(
        InstanceId instance,
        long recordNumber,
        TimeSpan delay,
        CancellationToken cancellationToken
    )
    {
        FirstSeen.TryAdd(recordNumber, clock.GetUtcNow());
        return ValueTask.FromResult(clock.GetUtcNow() - FirstSeen[recordNumber] >= delay);
    }

    public ValueTask ForgetAsync(InstanceId instance, long throughRecord, CancellationToken cancellationToken)
    {
        foreach (var number in FirstSeen.Keys.Where(number => number <= throughRecord).ToArray())
        {
            FirstSeen.Remove(number);
        }

        return ValueTask.CompletedTask;
    }
}
