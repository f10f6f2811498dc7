using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Runs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Engine.Tests.Reclaiming;
using Longhaul.Storage.Caching;
using Longhaul.Storage.Stores;
using Longhaul.Testing;
using Xunit;

namespace Longhaul.Engine.Tests.Copying;

/// <summary>Tables that the sender keeps spare the wire, and hide nothing that is wrong with the target.</summary>
public sealed class NearTablesTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();
    private readonly TemporaryFolder _home = new();
    private readonly MemoryObjectStore _far = new();
    private readonly Machine _machine;
    private readonly JobDefinition _nightly;
    private readonly JobDefinition _offSite;
    private readonly Random _chance = new(7);
    private OpenBackup _source = null!;

    public NearTablesTests()
    {
        _machine = _estate.AddMachine("srv-files", ("disk0", new byte[64 * BlockSize]));
        _nightly = _estate.BackupJob();
        _offSite = _estate.CopyJob();
    }

    [Fact]
    public async Task A_run_reads_none_of_the_tables_that_runs_before_it_wrote()
    {
        await BeginAsync();
        await CopyAsync(Near());
        await CopyAsync(Near());

        var (with, _) = await CopyAsync(Near());
        Assert.Equal(0, ReadOf("points/", with));
        var (without, _) = await CopyAsync(near: null);
        Assert.NotEqual(0, ReadOf("points/", without));
        await VerifyAsync();
    }

    [Fact]
    public async Task A_frame_table_is_read_once()
    {
        await BeginAsync();
        await CopyAsync(Near());
        var first = Assert.Single(await SegmentsAsync());

        // The first run after it looks at the bases of its deltas, and keeps what it reads.
        await CopyAsync(Near());
        var (calls, _) = await CopyAsync(Near());
        Assert.Equal(0, ReadOf(first, calls));
        await VerifyAsync();
    }

    [Fact]
    public async Task A_kept_file_that_is_damaged_is_read_in_the_store()
    {
        await BeginAsync();
        await CopyAsync(Near());
        await CopyAsync(Near());
        foreach (var path in Directory.GetFiles(_home["tables"]))
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            bytes[_chance.Next(bytes.Length)] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        }

        var (calls, outcome) = await CopyAsync(Near());
        Assert.Equal(BaselineFoundBy.Lineage, outcome.BaselineFoundBy);
        Assert.NotEqual(0, ReadOf("points/", calls));
        await VerifyAsync();
    }

    [Fact]
    public async Task A_table_that_is_gone_from_the_target_is_missed_though_it_is_kept()
    {
        await BeginAsync();
        await CopyAsync(Near());
        await CopyAsync(Near());
        var newest = (await OpenAsync(_far)).Folder.State.Machines[_machine.Id].Tables[^1].File;
        Assert.True(await _far.DeleteAsync(newest, TestContext.Current.CancellationToken));

        var error = await Assert.ThrowsAsync<LonghaulException>(() => CopyAsync(Near()));
        Assert.Equal("data.missing", error.Code);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_is_no_error()
    {
        await BeginAsync();
        await File.WriteAllTextAsync(_home["tables"], "in the way", TestContext.Current.CancellationToken);
        await CopyAsync(Near());
        await CopyAsync(Near());
        await VerifyAsync();
    }

    [Fact]
    public async Task A_cache_serves_a_carried_copy_of_what_filled_it()
    {
        await BeginAsync();
        await CopyAsync(Near());
        await CopyAsync(Near());
        var carried = new MemoryObjectStore(_far.Snapshot());
        var calls = new WatchedStore(carried);
        var backup = await _estate.OpenAsync(calls, _estate.OffSite, Near());
        var newest = backup.Folder.State.Machines[_machine.Id].Newest!;
        await backup.Tables.ViewAsync(newest.Id, TestContext.Current.CancellationToken);
        Assert.Equal(0, ReadOf("points/", calls));
    }

    public void Dispose()
    {
        _estate.Dispose();
        _home.Dispose();
    }

    /// <summary>As the next process has it.</summary>
    private TableCache Near() => new(_home["tables"], _estate.Clock);

    private async Task BeginAsync()
    {
        _source = await _estate.CreateAsync(_nightly);
        await _estate.CreateAsync(_offSite, _far);
        _chance.NextBytes(_estate.Disks[(_machine.Id, "disk0")]);
    }

    /// <summary>Changes a page of some blocks, backs up, and copies as a process does that has just been started.</summary>
    private async Task<(WatchedStore Calls, MachineOutcome Outcome)> CopyAsync(TableCache? near)
    {
        var disk = _estate.Disks[(_machine.Id, "disk0")];
        foreach (var block in new[] { 3, 20, 21 })
        {
            _chance.NextBytes(disk.AsSpan(block * BlockSize, 4096));
        }

        await _estate.BackUpAsync(_source, _nightly, _machine);
        var calls = new WatchedStore(_far);
        var target = await _estate.OpenAsync(calls, _estate.OffSite, near);
        var targetSide = await OpenAsync(_far);
        return (calls, await _estate.CopyAsync(_source, target, _offSite, _machine.Id, targetSide: targetSide));
    }

    private static long ReadOf(string prefix, WatchedStore calls) =>
        calls.BytesRead.Where(read => read.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(read => read.Value);

    private Task<OpenBackup> OpenAsync(IObjectStore store) => _estate.OpenAsync(store, _estate.OffSite);

    private async Task<IReadOnlyList<string>> SegmentsAsync() =>
        await _far.ListAsync("segments/", TestContext.Current.CancellationToken)
            .Select(file => file.Name)
            .ToListAsync(TestContext.Current.CancellationToken);

    private async Task VerifyAsync()
    {
        var copy = await OpenAsync(_far);
        var newest = copy.Folder.State.Machines[_machine.Id].Newest!;
        Assert.Equal(_estate.Disks[(_machine.Id, "disk0")], await Estate.ReadAsync(copy, newest.Id, "disk0"));
    }
}
