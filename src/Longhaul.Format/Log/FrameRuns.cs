using System.Diagnostics.CodeAnalysis;
using Longhaul.Core;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Log;

/// <summary>Frames of one segment as runs: start, counted from the end of the run before, and length, alternating.</summary>
/// <remarks>Source: docs/format.md, section "Log record".</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class FrameRuns
{
    /// <summary>Encodes frame numbers.</summary>
    /// <param name="sorted">Ascending, 0 to <see cref="FrameHeader.MaxNumber"/>; a number given twice counts once.</param>
    /// <exception cref="ArgumentException">The numbers are not ascending, or out of range.</exception>
    public static IReadOnlyList<uint> ToRuns(IEnumerable<int> sorted)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        var runs = new List<uint>();
        var (end, next) = (0, 0);
        foreach (var number in sorted)
        {
            if (number is < 0 or > FrameHeader.MaxNumber || number < next - 1)
            {
                throw new ArgumentException($"Frame {number} cannot follow {next - 1}.", nameof(sorted));
            }

            if (runs.Count > 0 && number == next - 1)
            {
                continue;
            }

            if (runs.Count > 0 && number == next)
            {
                runs[^1]++;
            }
            else
            {
                end = next;
                runs.Add((uint)(number - end));
                runs.Add(1);
            }

            next = number + 1;
        }

        return runs;
    }

    /// <summary>Adds frame numbers to a set that has none yet.</summary>
    /// <param name="set">The set.</param>
    /// <param name="sorted">As in <see cref="ToRuns"/>.</param>
    /// <exception cref="InvalidOperationException">The set has frames already.</exception>
    public static void Add(FrameSet set, IEnumerable<int> sorted)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Runs.Count > 0)
        {
            throw new InvalidOperationException("The set has frames already.");
        }

        set.Runs.AddRange(ToRuns(sorted));
    }

    /// <summary>Decodes runs that may come from a damaged file.</summary>
    /// <param name="runs">Start and length, alternating.</param>
    /// <param name="decoded">First number and count of each run, ascending, when the method returns true.</param>
    /// <returns>False when the numbers are no runs: odd, empty, touching or out of range. Never throws.</returns>
    public static bool TryDecode(
        IReadOnlyList<uint> runs,
        [NotNullWhen(true)] out IReadOnlyList<(int Start, int Count)>? decoded
    )
    {
        ArgumentNullException.ThrowIfNull(runs);
        decoded = null;
        if (runs.Count % 2 != 0)
        {
            return false;
        }

        var read = new (int Start, int Count)[runs.Count / 2];
        var end = 0L;
        for (var index = 0; index < read.Length; index++)
        {
            var (start, count) = (end + runs[2 * index], (long)runs[2 * index + 1]);
            if (count == 0 || start + count > FrameHeader.MaxNumber + 1L || start == end && index > 0)
            {
                return false;
            }

            read[index] = ((int)start, (int)count);
            end = start + count;
        }

        decoded = read;
        return true;
    }

    /// <summary>Decodes runs out of a file.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="runs">Start and length, alternating.</param>
    /// <exception cref="LonghaulException">data.damaged: the numbers are no runs.</exception>
    public static IReadOnlyList<(int Start, int Count)> Decode(string file, IReadOnlyList<uint> runs) =>
        TryDecode(runs, out var decoded) ? decoded : throw Errors.DataDamaged(file, 0, "a set of frames is not valid");

    /// <summary>The frame numbers of runs, ascending, one by one.</summary>
    /// <param name="runs">Out of <see cref="TryDecode"/>.</param>
    public static IEnumerable<int> Expand(IEnumerable<(int Start, int Count)> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return runs.SelectMany(run => Enumerable.Range(run.Start, run.Count));
    }
}
