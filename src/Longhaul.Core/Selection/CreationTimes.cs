namespace Longhaul.Core.Selection;

/// <summary>The law of creation times: within a chain they grow.</summary>
public static class CreationTimes
{
    /// <summary>The time a new point gets.</summary>
    /// <param name="frozenAt">When the source was frozen, by its clock.</param>
    /// <param name="last">Creation time of the newest point of that machine; null when there is none.</param>
    /// <returns>UTC, whole milliseconds, after <paramref name="last"/>.</returns>
    /// <remarks>A time not after the last one's becomes that + 1 ms, with a warning: a clock went back, or two runs
    /// fell into one millisecond.</remarks>
    public static CreationTime After(DateTimeOffset frozenAt, DateTimeOffset? last)
    {
        var at = WholeMilliseconds(frozenAt);
        if (last is not { } newest || at > WholeMilliseconds(newest))
        {
            return new(at, null);
        }

        var moved = WholeMilliseconds(newest).AddMilliseconds(1);
        return new(
            moved,
            $"the clock says {Timestamp.Of(at)}, not after the last point's {Timestamp.Of(newest)}; "
                + $"the new point is dated {Timestamp.Of(moved)}"
        );
    }

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}

/// <summary>The creation time of a new point.</summary>
/// <param name="At">UTC, whole milliseconds.</param>
/// <param name="Warning">Why it is not what the clock said, one sentence; null when it is.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record CreationTime(DateTimeOffset At, string? Warning);
