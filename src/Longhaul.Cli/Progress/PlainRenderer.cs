using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Shows progress as lines: for logs and pipes. A disk that has not come further gets no line.</summary>
/// <param name="output">Where to.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class PlainRenderer(TextWriter output) : IProgressRenderer
{
    private readonly Dictionary<string, RunProgress> _shown = [];

    /// <inheritdoc/>
    public TimeSpan Period => TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public void Render(IReadOnlyList<RunProgress> present)
    {
        foreach (var progress in present)
        {
            var name = ProgressText.Name(progress);
            if (_shown.TryGetValue(name, out var shown) && shown == progress)
            {
                continue;
            }

            _shown[name] = progress;
            output.WriteLine($"{name}  {progress.Stage}  {ProgressText.Numbers(progress)}");
        }
    }

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<RunProgress> present) => Render(present);
}
