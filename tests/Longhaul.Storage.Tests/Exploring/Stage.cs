namespace Longhaul.Storage.Tests.Exploring;

/// <summary>Lets one actor at a time make one store call.</summary>
/// <remarks>All on one thread: an actor that is let go runs until its next call, or its end, before the call that let it
/// go returns.</remarks>
internal sealed class Stage
{
    private readonly Dictionary<int, (StoreStep Step, TaskCompletionSource Go)> _waiting = [];

    /// <summary>The actors that wait, with what each is about to do.</summary>
    public IReadOnlyDictionary<int, StoreStep> Waiting =>
        _waiting.ToDictionary(pair => pair.Key, pair => pair.Value.Step);

    /// <summary>Waits for the actor's turn.</summary>
    public Task StepAsync(int actor, StoreStep step)
    {
        var go = new TaskCompletionSource();
        _waiting.Add(actor, (step, go));
        return go.Task;
    }

    /// <summary>Gives an actor its turn.</summary>
    public void Release(int actor)
    {
        _waiting.Remove(actor, out var waiting);
        waiting.Go.SetResult();
    }
}
