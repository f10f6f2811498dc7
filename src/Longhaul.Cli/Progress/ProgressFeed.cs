using Longhaul.Engine.Progress;
using Longhaul.Jobs.Progress;
using Longhaul.Storage.Stores;

namespace Longhaul.Cli.Progress;

/// <summary>Turns what the engine reports into what the display shows: bytes done, rate and time left per machine.</summary>
/// <param name="display">Where reports go.</param>
/// <param name="timeProvider">The clock.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class ProgressFeed(IProgress<RunProgress> display, TimeProvider timeProvider) : IRunProgress
{
    private TransferCounter? _line;

    /// <inheritdoc/>
    public void CountBy(TransferCounter line) => _line = line;

    /// <inheritdoc/>
    public IMachineProgress Begin(string machine, string stage, long bytesTotal)
    {
        var feed = new MachineFeed(this, machine, stage, bytesTotal);
        feed.Advance(0);
        return feed;
    }

    private sealed class MachineFeed(ProgressFeed run, string machine, string stage, long total) : IMachineProgress
    {
        private readonly Lock _gate = new();
        private readonly long _startedAt = run.Now;
        private readonly List<string> _disks = [];
        private string? _atDisks;
        private long _done;

        public void BeginDisk(string disk)
        {
            lock (_gate)
            {
                _disks.Add(disk);
                Name();
            }
        }

        public void EndDisk(string disk)
        {
            lock (_gate)
            {
                _disks.Remove(disk);
                Name();
            }
        }

        public void Advance(long bytesDone)
        {
            lock (_gate)
            {
                _done += bytesDone;
                run.Report(machine, _atDisks ?? stage, _done, total, _startedAt);
            }
        }

        private void Name() => _atDisks = _disks.Count == 0 ? null : $"{stage} {string.Join(", ", _disks)}";
    }

    private long Now => timeProvider.GetTimestamp();

    private void Report(string machine, string stage, long done, long total, long startedAt)
    {
        const double TooShortForARate = 0.2;
        var seconds = timeProvider.GetElapsedTime(startedAt).TotalSeconds;
        var rate = seconds > TooShortForARate ? done / seconds : (double?)null;
        TimeSpan? left = rate > 0 && total > done ? TimeSpan.FromSeconds((total - done) / rate.Value) : null;
        display.Report(
            new RunProgress(
                machine,
                Disk: null,
                stage,
                done,
                total > 0 ? Math.Max(total, done) : null,
                _line?.Total,
                rate,
                left
            )
        );
    }
}
