using System.Diagnostics;

namespace Longhaul.Engine.Pipelines;

/// <summary>How long each stage of a run was busy; the busiest is the bottleneck.</summary>
/// <remarks>Stages that work on several items at a time count the time of each, divided by how many may run.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class StageLoad
{
    private long _reading;
    private long _working;
    private long _writing;

    /// <summary>The stage that was busy longest: <c>source</c>, <c>encode</c> or <c>target</c>.</summary>
    public string Bottleneck
    {
        get
        {
            var (reading, working, writing) = (
                Volatile.Read(ref _reading),
                Volatile.Read(ref _working) / Math.Max(1, Environment.ProcessorCount),
                Volatile.Read(ref _writing)
            );
            return reading >= working && reading >= writing ? "source"
                : working >= writing ? "encode"
                : "target";
        }
    }

    /// <summary>Counts until disposed as reading from the source.</summary>
    internal Span Reading() => new(this, 0);

    /// <summary>Counts until disposed as reading from the source, and not as the work of which it is a part.</summary>
    /// <param name="readers">How many may read at a time, at least 1.</param>
    internal Span ReadingByWorker(int readers) => new(this, 3, readers);

    /// <summary>Counts until disposed as hashing, compressing and the like.</summary>
    internal Span Working() => new(this, 1);

    /// <summary>Counts until disposed as writing to the target.</summary>
    internal Span Writing() => new(this, 2);

    private void Add(int stage, long ticks, int readers)
    {
        if (stage == 3)
        {
            Interlocked.Add(ref _reading, ticks / readers);
            Interlocked.Add(ref _working, -ticks);
            return;
        }

        ref var counter = ref stage == 0 ? ref _reading : ref stage == 1 ? ref _working : ref _writing;
        Interlocked.Add(ref counter, ticks);
    }

    /// <summary>A stretch of busy time.</summary>
    internal readonly struct Span : IDisposable
    {
        private readonly StageLoad _load;
        private readonly int _stage;
        private readonly int _readers;
        private readonly long _start;

        internal Span(StageLoad load, int stage, int readers = 1)
        {
            _load = load;
            _stage = stage;
            _readers = readers;
            _start = Stopwatch.GetTimestamp();
        }

        /// <summary>Ends the stretch.</summary>
        public void Dispose() => _load.Add(_stage, Stopwatch.GetTimestamp() - _start, _readers);
    }
}
