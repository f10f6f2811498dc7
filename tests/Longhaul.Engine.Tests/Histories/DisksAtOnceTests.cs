using Longhaul.Core.Fulls;
using Longhaul.Core.Machines;
using Longhaul.Engine.BackUp;
using Longhaul.Engine.Runs;
using Longhaul.Engine.Tests.Estates;
using Longhaul.Sources;
using Xunit;

namespace Longhaul.Engine.Tests.Histories;

/// <summary>Disks of one machine, and of several, that are worked on at the same time.</summary>
public sealed class DisksAtOnceTests : IDisposable
{
    private const int BlockSize = 256 << 10;

    private readonly Estate _estate = new();
    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _disks;
    private int _open;
    private int _most;

    [Fact]
    public async Task Disks_of_a_machine_are_read_at_the_same_time_and_make_the_point_they_would_make_in_turn()
    {
        var machine = Machine("srv-db", 5, 3, 4);
        var job = _estate.BackupJob();
        var (inTurn, atOnce) = (await _estate.CreateAsync(job), await _estate.CreateAsync(job));
        await _estate.BackUpAsync(inTurn, job, machine);

        _estate.Tasks = 3;
        var made = await RunAsync(atOnce, job, machine, meeting: 3);
        var again = await _estate.BackUpAsync(inTurn, job, machine);

        Assert.Equal(3, _most);
        Assert.Equal(again.Point!.Root, made.Point!.Root);
        Assert.Equal(["disk0", "disk1", "disk2"], made.Point.Disks.Select(disk => disk.Id));
        Assert.Equal((12, 12L * BlockSize), (made.Counts.BlocksChanged, made.Counts.BytesRead));
        await CheckAsync(atOnce, machine, made);
    }

    [Fact]
    public async Task Disks_of_a_machine_are_copied_at_the_same_time()
    {
        var machine = Machine("srv-db", 5, 3, 4);
        var (job, copyJob) = (_estate.BackupJob(), _estate.CopyJob());
        var (here, offSite) = (await _estate.CreateAsync(job), await _estate.CreateAsync(copyJob));
        _estate.Tasks = 3;
        foreach (var seed in new[] { 1, 2, 3 })
        {
            var chance = new Random(seed);
            DiskMutation.Apply(_estate, machine, chance);
            await _estate.BackUpAsync(here, job, machine);
            var copied = await _estate.CopyAsync(here, offSite, copyJob, machine.Id);

            await CheckAsync(offSite, machine, copied);
        }

        await Reachability.CheckAsync(offSite);
    }

    [Fact]
    public async Task No_more_disks_are_read_at_a_time_than_asked_for_whosever_they_are()
    {
        var machines = new[] { Machine("srv-0", 3, 3, 3), Machine("srv-1", 3), Machine("srv-2", 3, 3) };
        var job = _estate.BackupJob();
        var backup = await _estate.CreateAsync(job);
        _estate.Tasks = 2;
        using var run = await BeginAsync(backup, job, machines, meeting: 2);

        var outcomes = await Task.WhenAll(
            machines.Select(machine => run.RunMachineAsync(machine, new FullRequest(), CancellationToken.None))
        );

        Assert.Equal(2, _most);
        foreach (var (machine, outcome) in machines.Zip(outcomes))
        {
            await CheckAsync(backup, machine, outcome);
        }
    }

    /// <summary>What its command before has frozen is not to wait for another machine's disks.</summary>
    [Fact]
    public async Task A_machine_is_not_begun_before_there_is_a_place_for_its_first_disk()
    {
        var (first, second) = (Machine("srv-0", 3, 3), Machine("srv-1", 3));
        var job = _estate.BackupJob();
        var backup = await _estate.CreateAsync(job);
        var begun = new List<string>();
        var reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = _estate.Context(job) with
        {
            OpenDisk = (name, disk, _) =>
            {
                lock (_gate)
                {
                    begun.Add($"{name} {disk.Id}");
                }

                var machine = name == first.Name ? first : second;
                return ValueTask.FromResult<IDiskSource>(
                    new AskingDisk(
                        Content(machine, disk),
                        (_, _) =>
                        {
                            reading.TrySetResult();
                            return go.Task.WaitAsync(TimeSpan.FromMinutes(1));
                        }
                    )
                );
            },
        };
        using var run = await BackupRun.BeginAsync(backup, context, CancellationToken.None);

        var runs = new[] { first, second }
            .Select(machine => run.RunMachineAsync(machine, new FullRequest(), CancellationToken.None))
            .ToArray();
        await reading.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(["srv-0 disk0", "srv-0 disk1"], begun);
        go.SetResult();
        await Task.WhenAll(runs);

        Assert.Equal(["srv-0 disk0", "srv-0 disk1", "srv-1 disk0"], begun);
    }

    [Fact]
    public async Task A_disk_that_cannot_be_read_ends_the_others_and_what_they_stored_is_taken_over()
    {
        var machine = Machine("srv-db", 40, 3);
        var job = _estate.BackupJob();
        var backup = await _estate.CreateAsync(job);
        _estate.Tasks = 2;
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = _estate.Context(job, checkpointEvery: 1) with
        {
            OpenDisk = (_, disk, _) =>
                ValueTask.FromResult<IDiskSource>(
                    disk.Id == "disk0"
                        ? new AskingDisk(Content(machine, disk), (offset, _) => Reached(offset, 30, stored))
                        : new AskingDisk(Content(machine, disk), (_, _) => FailAfterAsync(stored.Task))
                ),
        };
        using (var run = await BackupRun.BeginAsync(backup, context, CancellationToken.None))
        {
            var error = await Assert.ThrowsAsync<IOException>(() =>
                run.RunMachineAsync(machine, new FullRequest(), CancellationToken.None)
            );
            Assert.Equal("cut", error.Message);
        }

        var made = await _estate.BackUpAsync(backup, job, machine);

        Assert.InRange(made.Counts.BlocksResumed, 20, 40);
        await CheckAsync(backup, machine, made);

        static Task Reached(long offset, int block, TaskCompletionSource done)
        {
            if (offset / BlockSize == block)
            {
                done.TrySetResult();
            }

            return Task.CompletedTask;
        }

        static async Task FailAfterAsync(Task other)
        {
            await other;
            throw new IOException("cut");
        }
    }

    public void Dispose() => _estate.Dispose();

    private Machine Machine(string name, params int[] blocks) =>
        _estate.AddMachine(
            name,
            [
                .. blocks.Select(
                    (count, number) =>
                    {
                        var content = new byte[count * BlockSize];
                        new Random(_disks++).NextBytes(content);
                        return ($"disk{number}", content);
                    }
                ),
            ]
        );

    private byte[] Content(Machine machine, MachineDisk disk) => _estate.Disks[(machine.Id, disk.Id)];

    private async Task<MachineOutcome> RunAsync(
        Backups.OpenBackup target,
        Core.Jobs.JobDefinition job,
        Machine machine,
        int meeting
    )
    {
        using var run = await BeginAsync(target, job, [machine], meeting);
        return await run.RunMachineAsync(machine, new FullRequest(), CancellationToken.None);
    }

    /// <summary>Begins a run whose disks are read on only when so many are being read at a time.</summary>
    private Task<BackupRun> BeginAsync(
        Backups.OpenBackup target,
        Core.Jobs.JobDefinition job,
        Machine[] machines,
        int meeting
    ) =>
        BackupRun.BeginAsync(
            target,
            _estate.Context(job) with
            {
                OpenDisk = (name, disk, _) =>
                {
                    var content = Content(machines.Single(machine => machine.Name == name), disk);
                    var left = content.Length;
                    return ValueTask.FromResult<IDiskSource>(
                        new AskingDisk(
                            content,
                            async (offset, length) =>
                            {
                                await (offset == 0 ? ArriveAsync(meeting) : Task.CompletedTask);
                                if (Interlocked.Add(ref left, -length) == 0)
                                {
                                    Leave();
                                }
                            }
                        )
                    );
                },
            },
            CancellationToken.None
        );

    private async Task ArriveAsync(int meeting)
    {
        lock (_gate)
        {
            _most = Math.Max(_most, ++_open);
            if (_open == meeting)
            {
                _met.TrySetResult();
            }
        }

        await _met.Task.WaitAsync(TimeSpan.FromMinutes(1));
    }

    private void Leave()
    {
        lock (_gate)
        {
            _open--;
        }
    }

    private async Task CheckAsync(Backups.OpenBackup backup, Machine machine, MachineOutcome made)
    {
        foreach (var disk in machine.Disks)
        {
            Assert.Equal(Content(machine, disk), await Estate.ReadAsync(backup, made.Point!.Id, disk.Id));
        }
    }
}
