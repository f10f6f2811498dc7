using Longhaul.Format.Points;

namespace Longhaul.Fuzz.Targets;

/// <summary>A dead list: decoded, and encoded again to the same bytes, as there is one form only.</summary>
internal sealed class DeadListTarget : IFuzzTarget
{
    private const int MaxFrames = 1 << 16;

    /// <inheritdoc/>
    public static string Name => "dead-list";

    /// <inheritdoc/>
    public static long Allowance(int length) => (4 << 20) + (64L * length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (
            DeadList.TryDecode(input, out var list)
            && list.Values.Sum(runs => runs.Sum(run => (long)run.Count)) <= MaxFrames
        )
        {
            var frames = list.ToDictionary(
                pair => pair.Key,
                pair => pair.Value.SelectMany(run => Enumerable.Range(run.Start, run.Count)).ToList()
            );
            Expect.That(input.SequenceEqual(DeadList.Encode(frames)), "encoded again it is another list");
        }
    }
}
