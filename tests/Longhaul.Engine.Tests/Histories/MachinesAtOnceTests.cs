using Longhaul.Core.Fulls;
using Longhaul.Core.Machines;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Sources;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>Machines of one run that are worked on at the same time.</summary>
public sealed class MachinesAtOnceTests : IDisposable
{
    private const int BlockSize = 256 << 10;
    private const int Blocks = 6;

    private readonly Estate _estate = new();
    private readonly List<Machine> _machines = [];

    public MachinesAtOnceTests()
    {
        // Every second block is the same on all machines.
        for (var number = 0; number < 5; number++)
        {
            var content = new byte[Blocks * BlockSize];
            for (var block = 0; block < Blocks; block++)
            {
                var seed = block % 2 == 0 ? block : 1000 + (number * Blocks) + block;
                new Random(seed).NextBytes(content.AsSpan(block * BlockSize, BlockSize));
            }

            _machines.Add(_estate.AddMachine($"srv-{number}", ("disk0", content)));
        }
    }

    [Fact]
    public async Task Each_gets_its_point_and_relies_on_no_other_machines_unfinished_one()
    {
        var job = _estate.BackupJob();
        var backup = await _estate.CreateAsync(job);
        var meeting = new Meeting(_machines.Count);
        using var run = await BackupRun.BeginAsync(
            backup,
            _estate.Context(job, checkpointEvery: BlockSize) with
            {
                Tasks = _machines.Count,
                OpenDisk = (name, _, _) => ValueTask.FromResult<IDiskSource>(MeetingDisk(DiskOf(name), meeting)),
            },
            CancellationToken.None
        );

        var outcomes = await Task.WhenAll(_machines.Select(machine => RunAsync(run, machine)));
        await run.EndAsync(CancellationToken.None);

        Assert.Equal(1 + _machines.Count, backup.Folder.State.Number);
        for (var number = 0; number < _machines.Count; number++)
        {
            var point = outcomes[number].Point!;
            Assert.Equal(_machines[number].Id, point.MachineId);
            Assert.Equal(DiskOf(_machines[number].Name), await Estate.ReadAsync(backup, point.Id, "disk0"));
        }

        var left = await backup
            .Folder.Store.ListAsync("sessions/", CancellationToken.None)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Empty(left);
    }

    [Fact]
    public async Task What_each_has_stored_is_taken_over_after_an_interruption()
    {
        var job = _estate.BackupJob();
        var backup = await _estate.CreateAsync(job);
        using (var run = await BeginAsync(name => CutDisk(DiskOf(name), readable: 4 * BlockSize)))
        {
            foreach (var failing in _machines.Select(machine => RunAsync(run, machine)).ToArray())
            {
                await Assert.ThrowsAsync<IOException>(() => failing);
            }
        }

        using var next = await BeginAsync(name => new MemoryDisk(DiskOf(name)));
        var outcomes = await Task.WhenAll(_machines.Select(machine => RunAsync(next, machine)));

        Assert.All(outcomes, outcome => Assert.InRange(outcome.Counts.BlocksResumed, 1, 4));
        for (var number = 0; number < _machines.Count; number++)
        {
            var content = await Estate.ReadAsync(backup, outcomes[number].Point!.Id, "disk0");
            Assert.Equal(DiskOf(_machines[number].Name), content);
        }

        Task<BackupRun> BeginAsync(Func<string, IDiskSource> open) =>
            BackupRun.BeginAsync(
                backup,
                _estate.Context(job, checkpointEvery: 1) with
                {
                    Tasks = _machines.Count,
                    OpenDisk = (name, _, _) => ValueTask.FromResult(open(name)),
                },
                CancellationToken.None
            );
    }

    /// <inheritdoc/>
    public void Dispose() => _estate.Dispose();

    private static Task<Runs.MachineOutcome> RunAsync(BackupRun run, Machine machine) =>
        run.RunMachineAsync(machine, new FullRequest(), CancellationToken.None);

    private byte[] DiskOf(string machine) =>
        _estate.Disks[(_machines.Single(found => found.Name == machine).Id, "disk0")];

    /// <summary>A disk whose last block is read only when all machines are at theirs: none has its point before.</summary>
    private static AskingDisk MeetingDisk(byte[] content, Meeting meeting) =>
        new(
            content,
            (offset, length) =>
                offset + length == content.Length
                    ? meeting.ArriveAsync().WaitAsync(TimeSpan.FromMinutes(2))
                    : Task.CompletedTask
        );

    /// <summary>A disk that can be read up to a place only.</summary>
    private static AskingDisk CutDisk(byte[] content, long readable) =>
        new(
            content,
            (offset, length) => offset + length > readable ? throw new IOException("cut") : Task.CompletedTask
        );

    /// <summary>Lets nobody on before all have come.</summary>
    private sealed class Meeting(int count)
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _come;

        internal Task ArriveAsync()
        {
            if (Interlocked.Increment(ref _come) == count)
            {
                _all.SetResult();
            }

            return _all.Task;
        }
    }
}
