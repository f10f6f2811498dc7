using Longhaul.Engine.Progress;
using Longhaul.Storage.Stores;

namespace Longhaul.Jobs.Tests.Sites;

/// <summary>Hears which stages a run goes through, and does something once, when the first step of one is done.</summary>
/// <param name="stage">The stage; null for none.</param>
/// <param name="action">What is done then.</param>
internal sealed class StageWatch(string? stage = null, Action? action = null) : IRunProgress
{
    private Action? _left = action;

    /// <summary>What was begun, in order.</summary>
    public List<string> Stages { get; } = [];

    public void CountBy(TransferCounter line) { }

    public IMachineProgress Begin(string machine, string stage, long bytesTotal)
    {
        lock (Stages)
        {
            Stages.Add(stage);
        }

        return new Machine(this, stage);
    }

    private void Advance(string now)
    {
        if (now == stage)
        {
            Interlocked.Exchange(ref _left, null)?.Invoke();
        }
    }

    private sealed class Machine(StageWatch watch, string stage) : IMachineProgress
    {
        public void BeginDisk(string disk) { }

        public void EndDisk(string disk) { }

        public void Advance(long bytesDone) => watch.Advance(stage);
    }
}
