using Longhaul.Engine.Progress;
using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Turns what the engine reports into what the display shows: bytes done, rate and time left per machine.</summary>
/// <param name="display">Where reports go.</param>
/// <param name="timeProvider">The clock.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class ProgressFeed(IProgress<RunProgress> display, TimeProvider timeProvider) : IRunProgress
{
    private readonly Lock _gate = new();
    private string _machine = "";
    private string? _disk;
    private string _stage = "";
    private long _done;
    private long _total;
    private long _startedAt;

    /// <inheritdoc/>
    public void Begin(string machine, string stage, long bytesTotal)
    {
        lock (_gate)
        {
            (_machine, _stage, _disk, _done, _total) = (machine, stage, null, 0, bytesTotal);
            _startedAt = timeProvider.GetTimestamp();
            Report();
        }
    }

    /// <inheritdoc/>
    public void BeginDisk(string disk)
    {
        lock (_gate)
        {
            _disk = disk;
        }
    }

    /// <inheritdoc/>
    public void Advance(long bytesDone)
    {
        lock (_gate)
        {
            _done += bytesDone;
            Report();
        }
    }

    private void Report()
    {
        const double TooShortForARate = 0.2;
        var seconds = timeProvider.GetElapsedTime(_startedAt).TotalSeconds;
        var rate = seconds > TooShortForARate ? _done / seconds : (double?)null;
        TimeSpan? left = rate > 0 && _total > _done ? TimeSpan.FromSeconds((_total - _done) / rate.Value) : null;
        var stage = _disk is null ? _stage : $"{_stage} {_disk}";
        display.Report(
            new RunProgress(_machine, null, stage, _done, _total > 0 ? Math.Max(_total, _done) : null, 0, rate, left)
        );
    }
}
