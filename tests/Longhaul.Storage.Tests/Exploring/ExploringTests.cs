using Xunit;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>Tests that try every order of store calls of some actors.</summary>
public abstract class ExploringTests(ITestOutputHelper output)
{
    /// <summary>Every order is sound.</summary>
    private protected async Task ExploreAsync(SmallBackup backup, params Func<SteppedStore, Task>[] actors)
    {
        var explorer = Explorer(backup, actors);
        await Task.Run(() => explorer.RunAsync());
        output.WriteLine(
            $"{explorer.Schedules} schedules, {explorer.Cut} cut, the longest of {explorer.Longest} calls"
        );
        Assert.InRange(explorer.Schedules, 2, int.MaxValue);
    }

    /// <summary>Some order is not, and that is noticed.</summary>
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
