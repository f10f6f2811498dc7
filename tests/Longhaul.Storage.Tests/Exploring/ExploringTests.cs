using Xunit;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>Tests that try every order of store calls of some actors.</summary>
public abstract class ExploringTests(ITestOutputHelper output)
{
    /// <summary>Explores, and demands that every actor came to the ends that the test is about.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="ends">A word for each actor: <c>c</c> it commits in some schedule, <c>r</c> it is refused in some,
    /// <c>cr</c> both, <c>-</c> neither.</param>
    /// <param name="actors">The actors.</param>
    private protected async Task ExploreAsync(SmallBackup backup, string ends, params Func<SteppedStore, Task>[] actors)
    {
        var explorer = Explorer(backup, actors);
        await Task.Run(() => explorer.RunAsync());
        output.WriteLine(
            $"commits: {string.Join(' ', explorer.Commits)}, refusals: {string.Join(' ', explorer.Refusals)}"
        );
        output.WriteLine(
            $"{explorer.Schedules} schedules, {explorer.Cut} cut, the longest of {explorer.Longest} calls"
        );
        Assert.InRange(explorer.Schedules, 2, int.MaxValue);
        var came = explorer.Commits.Zip(explorer.Refusals, (commits, refusals) => (commits > 0, refusals > 0));
        Assert.Equal(ends, string.Join(' ', came.Select(EndOf)));
    }

    private static string EndOf((bool Commits, bool IsRefused) actor) =>
        actor switch
        {
            (true, true) => "cr",
            (true, false) => "c",
            (false, true) => "r",
            _ => "-",
        };

    /// <summary>Some order is not sound, and that is noticed.</summary>
    private protected async Task AssertCaughtAsync(SmallBackup backup, params Func<SteppedStore, Task>[] actors)
    {
        var explorer = Explorer(backup, actors);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Task.Run(() => explorer.RunAsync()));
        output.WriteLine($"caught in schedule {explorer.Schedules + 1}: {error.Message}");
        Assert.DoesNotContain("schedules", error.Message, StringComparison.Ordinal);
    }

    private static Explorer Explorer(SmallBackup backup, Func<SteppedStore, Task>[] actors) =>
        new(
            backup.Start,
            actors,
            backup.CheckAsync,
            step => step.Kind == StoreStepKind.Change && step.Name.StartsWith("log/", StringComparison.Ordinal)
        );
}
