using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Xunit;

namespace Longhaul.Engine.Tests.Faults;

/// <summary>Lives in which every kind of call may fail in every way, again and again: nothing is lost, nothing wrong is read,
/// nothing hangs, and every error is one that is documented.</summary>
public sealed class TroubledLifeTests(ITestOutputHelper output)
{
    /// <summary>Lives in a build; <c>LONGHAUL_FAULT_LIVES</c> for more.</summary>
    private static readonly int s_lives = int.Parse(
        Environment.GetEnvironmentVariable("LONGHAUL_FAULT_LIVES") ?? "100",
        CultureInfo.InvariantCulture
    );

    private readonly ConcurrentDictionary<string, int> _seen = new();

    [Fact]
    public async Task Nothing_is_lost_and_nothing_wrong_is_read_whatever_the_stores_and_the_clocks_do()
    {
        await Gen.Int[0, int.MaxValue / 2]
            .SampleAsync(
                async seed =>
                {
                    using var life = await TroubledLife.BeginAsync(seed);
                    for (var step = 0; step < 12; step++)
                    {
                        await life.StepAsync();
                    }

                    await life.EndAsync();
                    Count(life);
                },
                iter: s_lives,
                threads: 2
            );

        foreach (var (what, count) in _seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{count} {what}");
        }

        // What never happened was not tested.
        string[] needed =
        [
            "backup",
            "copy",
            "delete",
            "convert",
            "encrypt",
            "reclaim",
            "reclaim, held back",
            "unmap",
            "map",
            "slept",
            "started anew",
            "store.io",
            "store.no-space",
            "store.unreachable",
            "data.damaged",
            "done, and not acknowledged",
            "flipped while read",
            "gone for a while",
            "listing ended early",
            "write ended in the middle",
        ];
        Assert.Subset(_seen.Keys.ToHashSet(), needed.ToHashSet());
    }

    [Fact]
    public async Task Of_a_backup_that_rots_every_point_reads_as_written_or_not_at_all_and_verify_names_those_that_do_not()
    {
        var suffering = 0;
        await Gen.Int[0, int.MaxValue / 2]
            .SampleAsync(
                async seed =>
                {
                    using var life = await TroubledLife.BeginAsync(seed);
                    for (var step = 0; step < 6; step++)
                    {
                        await life.StepAsync();
                    }

                    life.Rot();
                    Interlocked.Add(ref suffering, await life.CheckRottenAsync());
                },
                iter: s_lives,
                threads: 2
            );
        output.WriteLine($"{suffering} points suffered");
        Assert.True(suffering > 0);
    }

    private void Count(TroubledLife life)
    {
        foreach (var (what, count) in life.Ends.Concat(life.Troubles))
        {
            _seen.AddOrUpdate(what, count, (_, before) => before + count);
        }
    }
}
