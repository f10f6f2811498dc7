using System.Text.Json;
using Longhaul.Cli.Output;
using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Shows progress as JSON, one document a line: for programs.</summary>
/// <param name="output">Where to.</param>
/// <param name="timeProvider">For the time in each line.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class JsonLinesRenderer(TextWriter output, TimeProvider timeProvider) : IProgressRenderer
{
    private readonly Dictionary<string, RunProgress> _shown = [];

    /// <inheritdoc/>
    public TimeSpan Period => TimeSpan.FromSeconds(1);

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
            var document = ProgressDocument.Of(progress, timeProvider.GetUtcNow());
            output.WriteLine(JsonSerializer.Serialize(document, ProgressJsonContext.Default.ProgressDocument));
        }
    }

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<RunProgress> present) => Render(present);
}
