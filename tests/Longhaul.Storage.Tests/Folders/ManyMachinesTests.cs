using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Longhaul.Testing.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Folders;

/// <summary>A backup of a thousand machines: a step costs what it changes, and opening costs what there is.</summary>
public sealed class ManyMachinesTests : IDisposable
{
    private const int Machines = 1000;
    private const int Rounds = 7;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly MemoryObjectStore _store = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero));
    private readonly MachineId[] _machines = [.. Enumerable.Range(0, Machines).Select(_ => MachineId.New())];
    private BackupFolder? _folder;

    [Fact]
    public async Task A_thousand_machines_with_seven_points_each_are_a_log_that_grows_with_what_changes()
    {
        _folder = await BackupFolder.CreateAsync(
            _store,
            "b",
            1 << 20,
            BackupOrigin.Backup,
            new OwnerState(JobId.New(), "job", RepositoryId.New(), "server"),
            "{}"u8.ToArray(),
            password: null,
            _clock,
            Token
        );
        var first = await RoundAsync();
        var last = first;
        for (var round = 1; round < Rounds; round++)
        {
            last = await RoundAsync();
        }

        var text = $"bytes {first.Bytes} and {last.Bytes}, allocated {first.Allocated} and {last.Allocated}";
        TestContext.Current.TestOutputHelper?.WriteLine(text);

        // A step of some 700 bytes, and its share of the whole lists: four times that at most, and the first list of a round.
        Assert.True(last.Bytes < 6 * Machines * 700, text);

        var state = _folder!.State;
        var calls = new FaultyStore(_store);
        using var opened = await BackupFolder.OpenAsync(calls, "b", open: null, _clock, Token);
        Assert.Equal(StateText.Of(state), StateText.Of(opened!.State));
        Assert.Equal(Machines * Rounds, opened.State.Points.Count());
        Assert.Equal(Machines * Rounds, opened.State.MachineOf.Count);
        var log = await new BackupLog(_store).ReadBackAsync(state.Number, Token);
        Assert.True(log[0].Open.Whole);
        var since = log.Skip(1).Sum(entry => entry.File.Length);
        Assert.InRange(since, 0, (log[0].File.Length / 4) + 2000);

        // Read ahead in batches of 32: less than one batch too far.
        Assert.InRange(calls.Calls(StoreCall.Read), log.Count, log.Count + 34);
    }

    public void Dispose() => _folder?.Dispose();

    /// <summary>Each machine gets a point, by itself, as a run commits it.</summary>
    private async Task<(long Bytes, long Allocated)> RoundAsync()
    {
        var number = _folder!.State.Number;
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var machine in _machines)
        {
            await _folder.CommitAsync(state => Draft(state, machine), Token);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var bytes = await _store
            .ListAsync(BackupNames.LogFolder, Token)
            .Skip((int)number)
            .Select(file => file.Length)
            .SumAsync(Token);
        return (bytes, allocated);
    }

    private RecordDraft Draft(BackupState state, MachineId machine)
    {
        var chain = state.Machines.GetValueOrDefault(machine);
        var sequence = chain?.NextSequence ?? 1;
        var point = new RestorePoint
        {
            Id = PointId.New(),
            MachineId = machine,
            Sequence = sequence,
            CreatedAt = _clock.GetUtcNow(),
            Kind = PointKind.Full,
            Root = Digest.Of(machine.ToBytes()),
            Disks = [new DiskLayout("disk0", new ByteSize(1 << 30))],
            Job = state.Owner!.Job,
            WrittenBy = BackupOrigin.Backup,
        };
        var file = BackupNames.PointFile(machine, point.CreatedAt, point.Id);
        var edit = ChainEditor.Append(chain?.Points ?? [], point, NewPointKind.Increment);
        var draft = new RecordDraft("commit");
        draft.Add(
            edit.Points[^1],
            new TableState(point.Id, machine, sequence, file, 1000, point.Root, sequence == 1),
            "m"
        );
        var segment = new SegmentState
        {
            Id = SegmentId.New(),
            Generation = 1,
            Size = 100_000,
            Frames = 100,
            Identity = point.Root,
            Machine = machine,
            Born = sequence,
            Bases = [],
        };
        draft.Add(segment, BackupNames.SegmentFile(segment.Id, segment.Generation));
        return draft;
    }
}
