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
    internal Span Reading() => new(ticks => Interlocked.Add(ref _reading, ticks));

    /// <summary>Counts until disposed as reading from the source, and not as the work of which it is a part.</summary>
    /// <param name="readers">How many may read at a time, at least 1.</param>
    internal Span ReadingByWorker(int readers) =>
        new(ticks =>
        {
            Interlocked.Add(ref _reading, ticks / readers);
            Interlocked.Add(ref _working, -ticks);
        });

    /// <summary>Counts until disposed as hashing, compressing and the like.</summary>
    internal Span Working() => new(ticks => Interlocked.Add(ref _working, ticks));

    /// <summary>Counts until disposed as writing to the target.</summary>
    internal Span Writing() => new(ticks => Interlocked.Add(ref _writing, ticks));

    /// <summary>Counts until disposed as waiting for another writer, and not as the writing of which it is a part.</summary>
    internal Span WaitingToWrite() => new(ticks => Interlocked.Add(ref _writing, -ticks));

    /// <summary>A stretch of busy time.</summary>
    /// <param name="add">Gets its length, in ticks of the stopwatch.</param>
    internal readonly struct Span(Action<long> add) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        /// <summary>Ends the stretch.</summary>
        public void Dispose() => add(Stopwatch.GetTimestamp() - _start);
    }
}
