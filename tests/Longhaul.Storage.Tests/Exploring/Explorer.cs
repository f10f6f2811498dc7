using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>Runs some actors over one store in every order of their store calls that can make a difference.</summary>
/// <remarks>
/// <para>Depth first, each schedule replayed from the beginning. Of schedules that differ only in the order of calls that
/// nobody can tell apart one is run (sleep sets: an actor whose call was tried first at a place sleeps in the branches
/// after it, until somebody does what its call depends on).</para>
/// <para>An actor that stops anywhere and goes on later, or never, is among the schedules: nobody waits for it, and the
/// check is made after every call that others rely on.</para>
/// </remarks>
/// <param name="start">What the store holds at first.</param>
/// <param name="actors">Each makes its calls through the store given to it.</param>
/// <param name="check">Throws when the store is not as it must be.</param>
/// <param name="isWorthChecking">Whether the check is made after a call; it is at the end of every schedule.</param>
internal sealed class Explorer(
    MemoryStoreSnapshot start,
    IReadOnlyList<Func<SteppedStore, Task>> actors,
    Func<IObjectStore, ValueTask> check,
    Func<StoreStep, bool> isWorthChecking
)
{
    private readonly List<Node> _path = [];
    private readonly int[] _commits = new int[actors.Count];
    private readonly int[] _refusals = new int[actors.Count];

    /// <summary>Schedules that ran to their end.</summary>
    public int Schedules { get; private set; }

    /// <summary>Schedules given up since one like them had been run.</summary>
    public int Cut { get; private set; }

    /// <summary>Over all schedules that ran to their end: how many records each actor put.</summary>
    public IReadOnlyList<int> Commits => _commits;

    /// <summary>Over all schedules that ran to their end: how often each actor was refused.</summary>
    public IReadOnlyList<int> Refusals => _refusals;

    /// <summary>The longest schedule, in calls.</summary>
    public int Longest { get; private set; }

    /// <summary>Runs them all.</summary>
    /// <param name="limit">More schedules than this are a mistake in the test.</param>
    /// <exception cref="InvalidOperationException">A schedule broke the check; the message shows it.</exception>
    public async Task RunAsync(int limit = 400_000)
    {
        do
        {
            if (Schedules + Cut > limit)
            {
                throw new InvalidOperationException($"More than {limit} schedules: make the actors smaller.");
            }

            await RunOneAsync().ConfigureAwait(false);
        } while (Backtrack());
    }

    private async Task RunOneAsync()
    {
        var stage = new Stage();
        var store = new MemoryObjectStore(start);
        var ways = actors.Select((_, i) => new SteppedStore(store, stage, i)).ToArray();
        var tasks = actors.Select((actor, i) => actor(ways[i])).ToArray();
        var trace = new List<string>();
        for (var depth = 0; stage.Waiting is { Count: > 0 } waiting; depth++)
        {
            if (depth == _path.Count)
            {
                _path.Add(new Node(depth == 0 ? [] : _path[depth - 1].SleepBelow()));
            }

            var node = _path[depth];
            node.Steps = waiting;
            if (node.Chosen < 0 && !node.ChooseNext())
            {
                Cut++;
                return;
            }

            var step = waiting[node.Chosen];
            node.CheckReplay(step);
            trace.Add($"{node.Chosen}: {step.Kind} {step.Name}");
            stage.Release(node.Chosen);

            // What comes before the newest choice was checked in the schedule before this one.
            if (depth == _path.Count - 1 && isWorthChecking(step))
            {
                await CheckAsync(store, trace).ConfigureAwait(false);
            }
        }

        Schedules++;
        Longest = Math.Max(Longest, trace.Count);
        if (tasks.FirstOrDefault(task => !task.IsCompletedSuccessfully) is { } broken)
        {
            throw Broken(trace, broken.Exception);
        }

        for (var i = 0; i < ways.Length; i++)
        {
            _commits[i] += ways[i].Commits;
            _refusals[i] += ways[i].Refusals;
        }

        await CheckAsync(store, trace).ConfigureAwait(false);
    }

    private async ValueTask CheckAsync(MemoryObjectStore store, List<string> trace)
    {
        try
        {
            await check(store).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            throw Broken(trace, error);
        }
    }

    private static InvalidOperationException Broken(List<string> trace, Exception? error) =>
        new(
            $"{error?.GetBaseException().Message ?? "An actor waits for something else than its turn."}\n{string.Join('\n', trace)}",
            error
        );

    private bool Backtrack()
    {
        while (_path.Count > 0)
        {
            if (_path[^1].Chosen >= 0 && _path[^1].ChooseNext())
            {
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    /// <summary>A place in the tree of schedules.</summary>
    private sealed class Node(HashSet<int> sleeping)
    {
        private readonly Dictionary<int, StoreStep> _seen = [];

        public IReadOnlyDictionary<int, StoreStep> Steps { get; set; } = new Dictionary<int, StoreStep>();

        /// <summary>The actor whose turn it is here; -1 before the first choice.</summary>
        public int Chosen { get; private set; } = -1;

        public bool ChooseNext()
        {
            if (Chosen >= 0)
            {
                sleeping.Add(Chosen);
            }

            var next = Steps.Keys.Where(actor => !sleeping.Contains(actor)).Order().Select(actor => (int?)actor);
            Chosen = next.FirstOrDefault() ?? -1;
            return Chosen >= 0;
        }

        /// <summary>Throws when the actor is about to do something else than when the place was first reached.</summary>
        public void CheckReplay(StoreStep step)
        {
            if (!_seen.TryAdd(Chosen, step) && _seen[Chosen] != step)
            {
                throw new InvalidOperationException($"Not the same twice: {_seen[Chosen]}, then {step}.");
            }
        }

        public HashSet<int> SleepBelow() => [.. sleeping.Where(actor => !Steps[actor].DependsOn(Steps[Chosen]))];
    }
}
