using System.Collections.Concurrent;
using CsCheck;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>Random lives of backups and their copies, against a model that keeps every point's content whole.</summary>
public sealed class RandomHistoryTests
{
    [Fact]
    public async Task After_every_step_every_visible_point_restores_and_the_frames_alive_are_those_reached()
    {
        var done = new ConcurrentDictionary<string, int>();
        await Gen.Int[0, int.MaxValue]
            .SampleAsync(
                async seed =>
                {
                    using var life = await RandomLife.BeginAsync(seed);
                    for (var step = 0; step < 25; step++)
                    {
                        done.AddOrUpdate(await life.StepAsync(), 1, (_, count) => count + 1);
                        await life.CheckAsync();
                    }
                },
                iter: 30,
                threads: 2
            );

        // What never happened was not tested.
        Assert.Equal(RandomLife.Steps.Order(), done.Keys.Where(step => step.Length > 0).Order());
    }
}
