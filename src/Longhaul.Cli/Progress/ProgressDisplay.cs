using System.Diagnostics.CodeAnalysis;
using Longhaul.Cli.Hosting;
using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Takes reports as they come, and shows the newest of each machine and disk now and then.</summary>
/// <remarks>Reporting only stores: a slow terminal does not hold the run up. Dispose it before anything else is
/// printed; the last state is shown then.</remarks>
/// <threadsafety><see cref="Report"/> may be called from any thread; the rest by one caller.</threadsafety>
internal sealed class ProgressDisplay : IProgress<RunProgress>, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<RunProgress> _present = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IProgressRenderer? _renderer;
    private readonly Task _loop;

    /// <summary>Begins to show.</summary>
    /// <param name="renderer">How; null shows nothing.</param>
    /// <param name="timeProvider">The clock.</param>
    public ProgressDisplay(IProgressRenderer? renderer, TimeProvider timeProvider)
    {
        _renderer = renderer;
        _loop = renderer is null ? Task.CompletedTask : LoopAsync(renderer, timeProvider);
    }

    /// <summary>Begins to show as the global options say.</summary>
    /// <param name="context">The command's context.</param>
    public static ProgressDisplay Start(CommandContext context) => new(Renderer(context), context.TimeProvider);

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        lock (_gate)
        {
            var place = _present.FindIndex(other => other.Machine == value.Machine && other.Disk == value.Disk);
            if (place < 0)
            {
                _present.Add(value);
            }
            else
            {
                _present[place] = value;
            }
        }
    }

    /// <inheritdoc/>
    [SuppressMessage(
        "Usage",
        "VSTHRD003",
        Justification = "The loop was started by this object, and needs no context."
    )]
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _renderer?.Finish(Snapshot());
        _stop.Dispose();
    }

    private static IProgressRenderer? Renderer(CommandContext context)
    {
        var error = context.Interaction.Error;
        return context.Options switch
        {
            { Quiet: true } or { Progress: ProgressMode.None } => null,
            { Progress: ProgressMode.Json } => new JsonLinesRenderer(error, context.TimeProvider),
            { Progress: ProgressMode.Auto } when context.Interaction.IsErrorTerminal => new BarRenderer(
                error,
                context.Interaction.ErrorWidth
            ),
            _ => new PlainRenderer(error),
        };
    }

    private async Task LoopAsync(IProgressRenderer renderer, TimeProvider timeProvider)
    {
        using var timer = new PeriodicTimer(renderer.Period, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                renderer.Render(Snapshot());
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run has ended: DisposeAsync shows the last state.
        }
    }

    private List<RunProgress> Snapshot()
    {
        lock (_gate)
        {
            return [.. _present];
        }
    }
}
