using System.Text.Json;
using Longhaul.EndToEnd.Tests.Programs;
using Longhaul.EndToEnd.Tests.Sites;
using Xunit;

namespace Longhaul.EndToEnd.Tests.Soaking;

/// <summary>Plays rounds: something happens to the disks and the room, commands run side by side, some are struck; then
/// the points that are there are compared with those that must be.</summary>
/// <param name="estate">Where.</param>
/// <param name="random">Decides everything but how the processes of a round meet.</param>
internal sealed class Soak(SoakEstate estate, Random random)
{
    private const int Interrupt = 2;
    private const int Kill = 9;

    private readonly PointBook _book = new();
    private readonly Accidents _accidents = new(estate, random);
    private readonly SoakChoices _choices = new(estate, random);
    private int _noSpace;
    private int _refused;
    private int _restored;
    private int _commands;

    /// <summary>The present round, from 1.</summary>
    public int Round { get; private set; }

    /// <summary>What was done, and how it ended.</summary>
    public List<string> Diary { get; } = [];

    /// <summary>How many commands were killed or interrupted before they ended.</summary>
    public int Struck { get; private set; }

    /// <summary>What was done, in numbers.</summary>
    public string Summary =>
        $"{Round} rounds, {_commands} commands: {Struck} struck, {_noSpace} without space, {_refused} refused; "
        + $"{_book.Count} points, {_restored} restored";

    /// <summary>Plays one round.</summary>
    public async Task PlayAsync()
    {
        Round++;
        foreach (var happened in await _accidents.HappenAsync(await BackupsAsync()))
        {
            Note(happened);
        }

        // Nobody works on what an accident has just taken away.
        var backups = await BackupsAsync();
        var contents = estate.Machines.ToDictionary(machine => machine.Name, machine => machine.Content);
        var actions = Enumerable.Range(0, random.Next(1, 4)).Select(_ => _choices.Choose(backups, _book)).ToList();
        var before = backups.ToDictionary(SoakChoices.NameOf, backup => backup.Text("owner"));
        var strikes = actions
            .Select(_ =>
                random.Next(3) == 0
                    ? random.Next(2) == 0
                        ? Kill
                        : Interrupt
                    : 0
            )
            .ToList();
        await Task.WhenAll(actions.Zip(strikes, StrikeAsync));

        var isAll = Round % 6 == 0;
        if (isAll || strikes.Any(strike => strike != 0))
        {
            foreach (var repository in SoakEstate.Repositories)
            {
                (await estate.RunAsync($"repository rescan {repository}")).Ended(0);
            }
        }

        var deleted = actions.Select(action => action.Deletes).OfType<string>().ToHashSet();
        var pinning = actions.Select(action => action.Pins).OfType<string>().ToHashSet();
        var acted = actions.Select(action => action.Job).OfType<string>().ToHashSet();
        foreach (var backup in await BackupsAsync())
        {
            var owners = new[] { backup.Text("owner"), before.GetValueOrDefault(SoakChoices.NameOf(backup)) };
            var lost = actions.Any(action =>
                action.Line.StartsWith($"point delete {SoakChoices.NameOf(backup)}/", StringComparison.Ordinal)
            );
            if (isAll || lost || owners.Any(owner => owner is not null && acted.Contains(owner)))
            {
                await SeeAsync(SoakChoices.NameOf(backup), owners, contents, deleted, pinning);
            }
        }

        if (Round % 3 == 0)
        {
            await RestoreAsync(2);
        }
    }

    /// <summary>Lets every job run in peace, and checks everything: each point, each block, and that nothing is left.</summary>
    public async Task EndAsync()
    {
        estate.MakeRoom();
        var contents = estate.Machines.ToDictionary(machine => machine.Name, machine => machine.Content);
        foreach (var job in estate.Jobs)
        {
            var run = await estate.RunAsync($"job run {job.Name}");

            // An unmapping that was killed is done again, as the refusal says.
            if (run.Output.Contains("job.backup-owned", StringComparison.Ordinal))
            {
                (await estate.RunAsync($"job unmap {job.Name} --yes")).Ended(0);
                run = await estate.RunAsync($"job run {job.Name}");
            }

            // A copy whose baseline was deleted by hand asks before it sends a full.
            if (run.Output.Contains("copy.full-unannounced", StringComparison.Ordinal))
            {
                run = await estate.RunAsync($"job run {job.Name} --full");
            }

            run.Ended(0);
        }

        foreach (var backup in await BackupsAsync())
        {
            await SeeAsync(SoakChoices.NameOf(backup), [backup.Text("owner")], contents, [], []);
            (await estate.RunAsync($"backup verify {SoakChoices.NameOf(backup)} --data")).Ended(0);
        }

        await RestoreAsync(20);
        foreach (var repository in SoakEstate.Unprotected)
        {
            await Leavings.ReclaimAsync(estate.RunAsync, repository);
        }

        foreach (var backup in (await BackupsAsync()).Where(IsCleared))
        {
            var folder = Path.Combine(estate.FolderOf(backup.Text("repository")!), backup.Text("name")!);
            Assert.Empty(await Leavings.FindAsync(folder));
        }
    }

    private async Task StrikeAsync(SoakAction action, int signal)
    {
        using var program = await estate.StartAsync(action.Line);
        if (signal != 0)
        {
            var moment = TimeSpan.FromMilliseconds(random.Next(2500));
            await Task.Delay(moment, TimeProvider.System, TestContext.Current.CancellationToken);
            program.Signal(signal);
        }

        var outcome = await program.EndAsync(TestContext.Current.CancellationToken);
        lock (Diary)
        {
            _commands++;
            Note($"{action.Line} {(signal == 0 ? "" : $"(signal {signal}) ")}→ {outcome.ExitCode}");
            Judge(action, signal, outcome);
        }
    }

    private void Judge(SoakAction action, int signal, Outcome outcome)
    {
        if (outcome.ExitCode is 137 or 130)
        {
            Assert.True(outcome.ExitCode == 128 + signal, outcome.ToString());
            Struck++;
            return;
        }

        var text = outcome.Document.GetRawText();
        if (outcome.ExitCode != 0)
        {
            _noSpace += text.Contains("store.no-space", StringComparison.Ordinal) ? 1 : 0;
            _refused += outcome.ExitCode is 3 or 8 ? 1 : 0;
            Assert.True(outcome.ExitCode is 1 or 3 or 4 or 8, outcome.ToString());
            Assert.True(action.MayFail.Any(code => text.Contains(code, StringComparison.Ordinal)), outcome.ToString());
        }

        Assert.DoesNotContain("internal.error", text, StringComparison.Ordinal);
        Assert.DoesNotContain("data.damaged", text, StringComparison.Ordinal);
        Assert.DoesNotContain("data.missing", text, StringComparison.Ordinal);
        Assert.True(estate.IsFull || !text.Contains("store.no-space", StringComparison.Ordinal), outcome.ToString());
    }

    private async Task SeeAsync(
        string backup,
        IEnumerable<string?> owners,
        Dictionary<string, string> contents,
        HashSet<string> deleted,
        HashSet<string> pinning
    )
    {
        // What nobody owns, no retention thins out.
        var jobs = owners.Select(owner => estate.Jobs.FirstOrDefault(job => job.Name == owner)).ToList();
        var keep = jobs.Min(job => job?.Keep ?? int.MaxValue);
        var isOrdered = !jobs.Exists(job => job?.HasRules == true);
        foreach (var machine in (await estate.RunAsync($"backup show {backup}")).Ended(0).Document.List("machines"))
        {
            // An encrypted backup shows ids to those who only look.
            var name = estate.Machines.Single(one => one.Id == machine.Text("machineId")).Name;
            _book.See($"{backup}/{name}", machine.List("points"), contents[name], keep, deleted, pinning, isOrdered);
        }
    }

    private async Task RestoreAsync(int howMany)
    {
        var present = _book.Present.ToArray();
        foreach (var point in present.OrderBy(_ => random.Next()).Take(howMany))
        {
            Assert.True(_book.ContentOf(point) == await estate.RestoreAsync(point), $"{point} is not what it was");
            _restored++;
        }
    }

    private async Task<IReadOnlyList<JsonElement>> BackupsAsync()
    {
        var backups = (await estate.RunAsync("backup list")).Ended(0).Document.EnumerateArray().ToList();
        _book.KeepOnly(backups.Select(SoakChoices.NameOf).ToHashSet(), _accidents.Deleted);
        return backups;
    }

    /// <summary>What nobody owns stays as it is; what is protected too.</summary>
    private static bool IsCleared(JsonElement backup) =>
        backup.Text("owner") is not null && SoakEstate.Unprotected.Contains(backup.Text("repository"));

    private void Note(string what) => Diary.Add($"{Round}: {what}");
}
