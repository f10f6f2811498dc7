using Longhaul.Catalog.Backups;
using Longhaul.Catalog.Repositories;
using Longhaul.Catalog.Sessions;
using Longhaul.Core.Jobs;
using Longhaul.Format.Descriptors;
using Longhaul.Jobs.Tests.Sites;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Jobs.Tests.Runs;

/// <summary>What is built upon was verified since it arrived, under whatever name; and what is not built upon stops nothing.</summary>
public sealed class SeedCheckTests : IDisposable
{
    private const string Verifying = "verifying";

    private readonly JobSite _site = new();

    private JobDefinition _first = null!;
    private JobDefinition _second = null!;
    private JobDefinition _copy = null!;
    private RepositoryEntry _far = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _site.Dispose();

    [Fact]
    public async Task A_seed_that_was_renamed_is_verified_by_the_first_run_and_not_by_the_next()
    {
        await MappedAsync();
        _site.Move("far/seed", "far/renamed");

        Assert.Contains(Verifying, await CopyAsync(_first));
        Assert.Null((await _site.KnownAsync(_far))["renamed"].UnverifiedSince);
        Assert.DoesNotContain(Verifying, await CopyAsync(_first));
    }

    [Fact]
    public async Task A_seed_that_was_renamed_counts_as_unverified_also_when_somebody_looked_at_it()
    {
        await MappedAsync();
        var before = (await EntryAsync()).UnverifiedSince;
        Assert.NotNull(before);
        _site.Move("far/seed", "far/renamed");
        var repository = await _site.Workplace.OpenRepositoryAsync(_far.Id, Token);
        using (var backup = await repository.OpenBackupAsync("renamed", wire: null, Token))
        {
            await _site.Workplace.Cache.CatchUpAsync(backup!, Token);
        }

        Assert.Equal(before, (await _site.KnownAsync(_far))["renamed"].UnverifiedSince);
        Assert.Contains(Verifying, await CopyAsync(_first));
    }

    [Fact]
    public async Task A_point_that_a_repair_has_marked_is_looked_at_when_its_machine_is_copied_and_not_before()
    {
        await MappedAsync();
        await CopyAsync(_first);
        await CopyAsync(_second);
        await MarkAsync(_second);

        Assert.DoesNotContain(Verifying, await CopyAsync(_first));
        Assert.Contains(Verifying, await CopyAsync(_second));
    }

    [Fact]
    public async Task A_seed_counts_as_verified_only_when_nothing_damaged_of_any_machine_can_be_built_upon()
    {
        await MappedAsync();
        await DamageAsync(_second);

        await CopyAsync(_first);
        Assert.NotNull((await EntryAsync()).UnverifiedSince);

        await CopyAsync(_second);
        Assert.Null((await EntryAsync()).UnverifiedSince);
    }

    /// <summary>A carried backup of two machines, found by a rescan, and a copy job that is mapped to it.</summary>
    private async Task MappedAsync()
    {
        var near = await _site.AddRepositoryAsync("near");
        var middle = await _site.AddRepositoryAsync("middle");
        _far = await _site.AddRepositoryAsync("far");
        _first = await _site.AddBackupJobAsync("first", near);
        _second = await _site.AddBackupJobAsync("second", near);
        await _site.RunAsync(_first);
        await _site.RunAsync(_second);
        await _site.RunAsync(await _site.AddCopyJobAsync("earlier", middle, _first, _second));
        _site.Copy("middle/earlier", "far/seed");
        await _site.RescanAsync(_far);
        _copy = await _site.AddCopyJobAsync("offsite", _far, _first, _second);
        await _site.MapAsync(_copy, await EntryAsync());
    }

    /// <summary>One of the machines has a new point, and that is copied.</summary>
    /// <returns>The stages of the copy.</returns>
    private async Task<IReadOnlyList<string>> CopyAsync(JobDefinition source)
    {
        _site.WriteDisk(source.Name, 0, 4096);
        await _site.RunAsync(source);
        var watch = new StageWatch();
        var session = await _site.TryRunAsync(_copy, watch);
        Assert.True(session.State is SessionState.Success or SessionState.Warning, session.Message);
        return watch.Stages;
    }

    private async Task<BackupEntry> EntryAsync() => (await _site.KnownAsync(_far))["seed"];

    /// <summary>Says of a machine's newest point that it lacks something, as a repair does.</summary>
    private async Task MarkAsync(JobDefinition source)
    {
        using var backup = await _site.Workplace.OpenBackupAsync(await EntryAsync(), Token);
        await backup.Folder.CommitAsync(
            state =>
            {
                var draft = new RecordDraft("repair");
                draft.Change(MachineOf(state, source).Newest! with { IsComplete = false });
                return draft;
            },
            Token
        );
    }

    /// <summary>Flips a byte of a block of a machine.</summary>
    private async Task DamageAsync(JobDefinition source)
    {
        using var backup = await _site.Workplace.OpenBackupAsync(await EntryAsync(), Token);
        var machine = MachineOf(backup.Folder.State, source).Id;
        var segment = backup.Folder.State.Segments.Values.First(segment => segment.Machine == machine);
        var name = BackupNames.SegmentFile(segment.Id, segment.Generation);
        await using var file = File.Open(_site[$"far/seed/{name}"], FileMode.Open);
        file.Position = segment.Size / 2;
        var before = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(before ^ 1));
    }

    private static MachineState MachineOf(Storage.State.BackupState state, JobDefinition source) =>
        state.Machines.Values.Single(machine => machine.Name == source.Sources[0].Name);
}
