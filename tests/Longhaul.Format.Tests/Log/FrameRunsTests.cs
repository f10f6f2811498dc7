using CsCheck;
using Longhaul.Format.Log;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Tests.Log;

public sealed class FrameRunsTests
{
    [Fact]
    public void Runs_read_back_as_the_numbers_they_were_made_of()
    {
        Gen.Int[0, 200]
            .Array[0, 100]
            .Sample(
                numbers =>
                {
                    Assert.True(FrameRuns.TryDecode(RecordSamples.RunsOf(numbers), out var decoded));
                    Assert.Equal(
                        numbers.Distinct().Order(),
                        decoded.SelectMany(run => Enumerable.Range(run.Start, run.Count))
                    );
                },
                iter: 500
            );
    }

    [Fact]
    public void Arbitrary_runs_never_throw_and_never_pass_the_last_number()
    {
        Gen.UInt.Array[0, 8]
            .Sample(
                runs =>
                {
                    if (FrameRuns.TryDecode(runs, out var decoded))
                    {
                        Assert.All(decoded, run => Assert.InRange(run.Start + run.Count, 1, FrameHeader.MaxNumber + 1));
                    }
                },
                iter: 5000
            );
        Assert.False(FrameRuns.TryDecode([1u, 1u, 0u, 1u], out _));
        Assert.False(FrameRuns.TryDecode([1u], out _));
        Assert.False(FrameRuns.TryDecode([1u, 0u], out _));
    }
}
