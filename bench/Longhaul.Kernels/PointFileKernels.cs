using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;

namespace Longhaul.Kernels;

/// <summary>The complete table of a full disk: its pages, and the tree over them.</summary>
public class PointFileKernels
{
    private const int Fanout = 64;

    private static readonly BackupId s_backup = BackupId.New();
    private static readonly PointId s_point = PointId.New();
    private static readonly MachineId s_machine = MachineId.New();
    private static readonly SegmentId s_segment = SegmentId.New();

    private Digest[] _digests = [];
    private TablePage[] _pages = [];
    private MemoryRange _file = new(default);

    /// <summary>Blocks of 1 MiB: a disk of 16 GiB.</summary>
    [Params(16 * 1024)]
    public int Blocks { get; set; }

    /// <summary>Makes what is read.</summary>
    [GlobalSetup]
    public async Task WriteOnceAsync()
    {
        var chance = new Random(1);
        var bytes = new byte[32];
        _digests = new Digest[Blocks];
        foreach (ref var digest in _digests.AsSpan())
        {
            chance.NextBytes(bytes);
            digest = new Digest(bytes);
        }

        _pages =
        [
            .. Enumerable
                .Range(0, Blocks / Fanout)
                .Select(page =>
                    TablePage.Create(
                        Enumerable
                            .Range(0, Fanout)
                            .Select(slot =>
                            {
                                var block = (page * Fanout) + slot;
                                var version = new BlockVersion(_digests[block], new FrameAddress(s_segment, block));
                                return (slot, new TableEntry(version, null));
                            })
                    )
                ),
        ];
        using var file = new MemoryStream();
        await WriteAsync(file.WriteAsync).ConfigureAwait(false);
        _file = new MemoryRange(file.ToArray());
    }

    /// <summary>Four nodes above each page and the columns of all of them.</summary>
    [Benchmark]
    public Task<Digest> WriteAsync() => WriteAsync((_, _) => ValueTask.CompletedTask);

    /// <summary>Opened, and every page of it read.</summary>
    [Benchmark]
    public async Task<long> ReadAsync()
    {
        var file = await PointFile
            .OpenAsync(_file, new NodeCache(64 << 20), null, CancellationToken.None)
            .ConfigureAwait(false);
        long entries = 0;
        for (var page = 0; page < _pages.Length; page++)
        {
            entries += (await file.Disks[0].ReadPageAsync(page, CancellationToken.None).ConfigureAwait(false))!.Count;
        }

        return entries;
    }

    private async Task<Digest> WriteAsync(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write)
    {
        var writer = new PointFileWriter(write, s_backup, s_point, s_machine, SampleBlocks.BlockSize);
        var disk = writer.BeginDisk(
            "disk0",
            (long)Blocks * SampleBlocks.BlockSize,
            complete: true,
            previousChildren: null
        );
        for (var page = 0; page < _pages.Length; page++)
        {
            await disk.AddPageAsync(
                    page,
                    _pages[page],
                    _digests.AsMemory(page * Fanout, Fanout),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        }

        await disk.EndAsync(CancellationToken.None).ConfigureAwait(false);
        var header = new PointHeader
        {
            Backup = ByteString.CopyFrom(s_backup.ToBytes()),
            Point = ByteString.CopyFrom(s_point.ToBytes()),
            Machine = ByteString.CopyFrom(s_machine.ToBytes()),
            Sequence = 1,
            MachineName = "machine",
            BlockSize = SampleBlocks.BlockSize,
        };
        return (await writer.FinishAsync(header, CancellationToken.None).ConfigureAwait(false)).Root;
    }
}
