using Longhaul.Core.Backups;
using Longhaul.Format.Digests;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>A backup of machines with one disk of two blocks, whose contents are small numbers.</summary>
internal sealed class SmallBackup
{
    internal const int BlockSize = 256 << 10;
    internal const int Blocks = 2;
    internal const string Disk = "disk0";

    internal static FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero));
    internal static JobId Job { get; } = JobId.New();

    private readonly Dictionary<PointId, int[]> _contents = [];

    internal MachineId First { get; } = new(new Guid("10000000000000000000000000000000"));

    internal MachineId Second { get; } = new(new Guid("20000000000000000000000000000000"));

    /// <summary>What the store holds before the actors come.</summary>
    internal MemoryStoreSnapshot Start { get; private set; } = MemoryStoreSnapshot.Empty;

    /// <summary>A sealed segment that an interrupted run left, with one frame of <see cref="LeftContent"/>.</summary>
    internal SegmentState Left { get; private set; } = null!;

    internal static int LeftContent => 90;

    /// <summary>Two points of the first machine, the second a delta upon the first, and a leftover segment.</summary>
    internal static Task<SmallBackup> CreateAsync() =>
        CreateAsync(
            async (backup, folder) =>
            {
                await backup.WriteAsync(folder, backup.First, [1, 2]).ConfigureAwait(false);
                await backup.WriteAsync(folder, backup.First, [3, 2]).ConfigureAwait(false);
            }
        );

    /// <summary>Two points of the first machine, whose oldest segment is dead in part, and a leftover segment.</summary>
    internal static Task<SmallBackup> CreateDyingAsync() =>
        CreateAsync(
            async (backup, folder) =>
            {
                await backup.WriteAsync(folder, backup.First, [1, 2]).ConfigureAwait(false);
                await backup.WriteAsync(folder, backup.First, [0, 2]).ConfigureAwait(false);
                await backup.WriteAsync(folder, backup.First, [0, 3]).ConfigureAwait(false);
                await Actors.RemoveAsync(folder, state => [state.Points.First()]).ConfigureAwait(false);
            }
        );

    private static async Task<SmallBackup> CreateAsync(Func<SmallBackup, BackupFolder, Task> live)
    {
        var backup = new SmallBackup();
        var store = new MemoryObjectStore();
        var repository = RepositoryId.New();
        var folder = await BackupFolder.CreateAsync(
            store,
            "small",
            BlockSize,
            BackupOrigin.Backup,
            new OwnerState(Job, "job", repository, "test"),
            "{}"u8.ToArray(),
            password: null,
            Clock,
            CancellationToken.None
        );
        await live(backup, folder!);
        backup.Left = (await SmallPoint.LeaveAsync(folder!, backup.First, LeftContent))[0];
        backup.Start = store.Snapshot();
        return backup;
    }

    internal static async Task<BackupFolder> OpenAsync(IObjectStore store) =>
        (
            await BackupFolder
                .OpenAsync(store, "small", open: null, Clock, CancellationToken.None)
                .ConfigureAwait(false)
        )!;

    /// <summary>Builds a point, and leaves its files in the start without committing it.</summary>
    internal async Task<SmallPoint> PrepareAsync(MachineId machine, int[] contents, bool useLeft)
    {
        var store = new MemoryObjectStore(Start);
        using var folder = await OpenAsync(store);
        var built = await SmallPoint.BuildAsync(folder, machine, contents, this, useLeft, NewIds.Make());
        Start = store.Snapshot();
        return built;
    }

    /// <summary>Builds a point and commits it.</summary>
    internal async Task WriteAsync(BackupFolder folder, MachineId machine, int[] contents)
    {
        var built = await SmallPoint
            .BuildAsync(folder, machine, contents, this, useLeft: false, NewIds.Make())
            .ConfigureAwait(false);
        await built.CommitAsync(folder).ConfigureAwait(false);
    }

    internal void Remember(PointId point, int[] contents)
    {
        lock (_contents)
        {
            _contents[point] = contents;
        }
    }

    internal int[] ContentsOf(PointId point)
    {
        lock (_contents)
        {
            return _contents[point];
        }
    }

    internal static byte[] Block(int content)
    {
        var block = new byte[BlockSize];
        if (content != 0)
        {
            block.AsSpan(0, 64).Fill((byte)content);
            block.AsSpan(64, 64).Fill((byte)(content ^ 0xff));
        }

        return block;
    }

    /// <summary>Checks that a store holds one sound history, and what its state says.</summary>
    internal async ValueTask CheckAsync(IObjectStore store)
    {
        using var folder = await OpenAsync(store).ConfigureAwait(false);
        var chain = await new Storage.Logs.BackupLog(store)
            .ReadOnAsync(0, default, CancellationToken.None)
            .ConfigureAwait(false);
        Assert.Equal(folder.State.Number, chain.Count);
        foreach (var segment in folder.State.Segments.Values.Where(segment => !segment.IsDead))
        {
            var name = Format.Descriptors.BackupNames.SegmentFile(segment.Id, segment.Generation);
            Assert.Equal(segment.Size, await store.GetLengthAsync(name, CancellationToken.None).ConfigureAwait(false));
        }

        foreach (var table in folder.State.Machines.Values.SelectMany(machine => machine.Tables))
        {
            var length = await store.GetLengthAsync(table.File, CancellationToken.None).ConfigureAwait(false);
            Assert.Equal(table.Size, length);
        }

        using var frames = new FrameReader(folder);
        var tables = new PointTables(folder);
        foreach (var point in folder.State.Points)
        {
            await CheckPointAsync(folder, tables, frames, point, checkCondemned: true).ConfigureAwait(false);
        }
    }

    /// <summary>Checks every block of a point.</summary>
    internal async ValueTask CheckPointAsync(
        BackupFolder folder,
        PointTables tables,
        FrameReader frames,
        RestorePoint point,
        bool checkCondemned
    )
    {
        var view = await tables.ViewAsync(point.Id, CancellationToken.None).ConfigureAwait(false);
        var versions = await view.FindDisk(Disk)!.ReadPageAsync(0, CancellationToken.None).ConfigureAwait(false);
        var contents = ContentsOf(point.Id);
        var raw = new byte[BlockSize];
        for (var i = 0; i < Blocks; i++)
        {
            raw.AsSpan().Clear();
            if (versions[i].Address is { } address)
            {
                var chain = await frames.Tables.ChainAsync(address, CancellationToken.None).ConfigureAwait(false);
                if (checkCondemned)
                {
                    CheckAlive(folder.State, chain.Select(link => link.Address));
                }

                await frames.ReadAsync(chain, raw, CancellationToken.None).ConfigureAwait(false);
            }

            Assert.True(raw.AsSpan().SequenceEqual(Block(contents[i])), $"block {i} of point {point.Sequence} differs");
            Assert.Equal(DigestTree.Block(raw, BlockSize), versions[i].Digest);
        }
    }

    private static void CheckAlive(BackupState state, IEnumerable<FrameAddress> chain)
    {
        foreach (var link in chain)
        {
            Assert.False(state.Segments[link.Segment].Condemned.Contains(link.Number), "a reached frame is condemned");
        }
    }
}
