using System.Globalization;
using Longhaul.Jobs.Progress;

namespace Longhaul.Cli.Progress;

/// <summary>Shows progress as bars that are drawn again in place: for a terminal.</summary>
/// <remarks>At most <see cref="MostLines"/> lines; of more disks, those at work are shown and the others counted.</remarks>
/// <param name="output">A terminal that knows the usual escape sequences.</param>
/// <param name="width">Its columns; a line is never longer, since a wrapped line could not be drawn again.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class BarRenderer(TextWriter output, int width) : IProgressRenderer
{
    /// <summary>Most lines that are drawn again.</summary>
    public const int MostLines = 12;

    private const int BarWidth = 24;
    private const string Escape = "\u001b[";

    private int _drawn;

    /// <inheritdoc/>
    public TimeSpan Period => TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public void Render(IReadOnlyList<RunProgress> present)
    {
        Erase();
        var shown = present.Count <= MostLines ? present : [.. present.Where(IsAtWork).Take(MostLines - 1)];
        foreach (var progress in shown)
        {
            Write(Line(progress));
        }

        if (shown.Count < present.Count)
        {
            var done = present.Count(progress => !IsAtWork(progress));
            Write(string.Create(CultureInfo.InvariantCulture, $"{done} of {present.Count} done"));
        }

        output.Flush();
    }

    /// <inheritdoc/>
    public void Finish(IReadOnlyList<RunProgress> present)
    {
        Render(present);
        _drawn = 0;
    }

    private static bool IsAtWork(RunProgress progress) => ProgressText.Share(progress) is not 1;

    private static string Line(RunProgress progress)
    {
        var full = (int)((ProgressText.Share(progress) ?? 0) * BarWidth);
        var bar = new string('━', full) + new string('·', BarWidth - full);
        return $"{ProgressText.Name(progress), -20} {progress.Stage, -8} {bar} {ProgressText.Numbers(progress)}";
    }

    private void Write(string line)
    {
        output.WriteLine(line.Length < width ? line : line[..Math.Max(width - 1, 0)]);
        _drawn++;
    }

    private void Erase()
    {
        if (_drawn > 0)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{Escape}{_drawn}A{Escape}J"));
            _drawn = 0;
        }
    }
}
