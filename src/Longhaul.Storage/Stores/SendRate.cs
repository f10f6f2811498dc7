namespace Longhaul.Storage.Stores;

/// <summary>Holds what is sent to a rate.</summary>
/// <remarks>Virtual scheduling (Generic Cell Rate Algorithm, ITU-T I.371, annex A): every send moves the time at which the
/// line is free again; who comes earlier waits. Up to <see cref="Burst"/> of idle time is made up for.</remarks>
/// <threadsafety>All members may be called at the same time from any thread.</threadsafety>
public sealed class SendRate
{
    private readonly Lock _gate = new();
    private readonly long _bytesPerSecond;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private TimeSpan _freeAt = -Burst;

    /// <summary>Makes a rate.</summary>
    /// <param name="bytesPerSecond">At least 1.</param>
    /// <param name="clock">Measures, and waits.</param>
    public SendRate(long bytesPerSecond, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesPerSecond, 1);
        ArgumentNullException.ThrowIfNull(clock);
        _bytesPerSecond = bytesPerSecond;
        _clock = clock;
        _started = clock.GetTimestamp();
    }

    /// <summary>Idle time that a send after it may use up.</summary>
    public static TimeSpan Burst { get; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until bytes may be sent.</summary>
    /// <param name="bytes">0 or more.</param>
    /// <param name="cancellationToken">Ends the wait; what was asked for counts as sent.</param>
    public async ValueTask WaitAsync(long bytes, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = _clock.GetElapsedTime(_started);
            var begin = _freeAt > now - Burst ? _freeAt : now - Burst;
            _freeAt = begin + TimeSpan.FromSeconds((double)bytes / _bytesPerSecond);
            wait = _freeAt - now;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
