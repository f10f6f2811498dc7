using System.Diagnostics.CodeAnalysis;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Log;

/// <summary>Frames of one segment as runs: start, counted from the end of the run before, and length, alternating.</summary>
/// <remarks>Source: docs/format.md, section "Log record".</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class FrameRuns
{
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
}
