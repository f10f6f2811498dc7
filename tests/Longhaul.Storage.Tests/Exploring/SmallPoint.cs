using System.Buffers;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;
using Longhaul.Core.Retention;
using Longhaul.Format.Compression;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Digests;
using Longhaul.Format.Points;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Tests.Exploring;

/// <summary>A point of a <see cref="SmallBackup"/>, written as the engine writes one, call for call.</summary>
internal sealed record SmallPoint(
    PointId? Previous,
    RestorePoint Point,
    TableState Table,
    IReadOnlyList<SegmentState> Segments,
    IReadOnlyDictionary<SegmentId, Storage.State.FrameSet> Shared,
    IReadOnlySet<FrameAddress> References
)
{
    /// <summary>Writes the files; an increment upon the machine's newest point, or its first.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="contents">The two blocks.</param>
    /// <param name="backup">Learns what the point holds.</param>
    /// <param name="useLeft">Whether the leftover segment is listed for its content.</param>
    /// <param name="ids">The ids of what is made.</param>
    internal static async Task<SmallPoint> BuildAsync(
        BackupFolder folder,
        MachineId machine,
        int[] contents,
        SmallBackup backup,
        bool useLeft,
        NewIds ids
    )
    {
        var state = folder.State;
        var chain = state.Machines.GetValueOrDefault(machine);
        var draft = new Writer(folder, backup, chain, machine, useLeft, ids);
        return await draft.RunAsync(contents).ConfigureAwait(false);
    }

    /// <summary>Writes a sealed segment that no record lists.</summary>
    internal static async Task<IReadOnlyList<SegmentState>> LeaveAsync(
        BackupFolder folder,
        MachineId machine,
        int content
    )
    {
        var sink = new SegmentSink(folder, machine, 1);
        await using (sink.ConfigureAwait(false))
        {
            using var frame = Encode(SmallBackup.Block(content), null, default, 0);
            await sink.AppendAsync(frame, CancellationToken.None).ConfigureAwait(false);
            return await sink.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Commits as the engine does.</summary>
    internal ValueTask<BackupState> CommitAsync(BackupFolder folder) =>
        folder.CommitAsync(state => Draft(folder, state), CancellationToken.None);

    /// <summary>The step, against a state; backup.changed when the chain is another.</summary>
    internal RecordDraft Draft(BackupFolder folder, BackupState state)
    {
        var machine = state.Machines.GetValueOrDefault(Point.MachineId);
        if ((machine?.NextSequence ?? 1) != Point.Sequence || machine?.Newest?.Id != Previous)
        {
            throw Errors.BackupChanged(folder.Name, "the chain is another");
        }

        return Draft(state);
    }

    /// <summary>The step, whatever became of the chain.</summary>
    internal RecordDraft Draft(BackupState state)
    {
        var machine = state.Machines.GetValueOrDefault(Point.MachineId);
        var draft = new RecordDraft("commit");
        var edit = ChainEditor.Append(machine?.Points ?? [], Point, NewPointKind.Increment);
        draft.Add(edit.Points[^1], Table, "machine");
        foreach (var segment in Segments)
        {
            draft.Add(segment, BackupNames.SegmentFile(segment.Id, segment.Generation));
        }

        RecordDraft.AddFrames(draft.Open.Shared, Shared);
        foreach (var frames in References.GroupBy(frame => frame.Segment, frame => frame.Number))
        {
            draft.References[frames.Key] = Storage.State.FrameSet.Of(frames);
        }

        return draft;
    }

    private static FrameDraft Encode(byte[] raw, byte[]? basis, FrameAddress at, int depth)
    {
        using var encoder = new BlockEncoder(CompressionLevel.Fast);
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var length = basis is null ? encoder.Encode(raw, rented) : encoder.EncodeDelta(raw, basis, rented);
        return basis is null
            ? new FrameDraft(FrameCodec.Zstd, raw.Length, rented, length, null, 0, beginsRun: true)
            : new FrameDraft(FrameCodec.ZstdDelta, raw.Length, rented, length, at, depth, beginsRun: false);
    }

    private sealed class Writer(
        BackupFolder folder,
        SmallBackup backup,
        MachineState? chain,
        MachineId machine,
        bool useLeft,
        NewIds ids
    )
    {
        private readonly HashSet<FrameAddress> _references = [];
        private readonly Dictionary<SegmentId, Storage.State.FrameSet> _shared = [];
        private readonly List<SegmentState> _listed = [];
        private readonly List<FrameAddress> _dead = [];

        internal async Task<SmallPoint> RunAsync(int[] contents)
        {
            var sequence = chain?.NextSequence ?? 1;
            var tables = new PointTables(folder);
            using var frames = new FrameReader(folder);
            var old = chain?.Newest is { } newest
                ? (await tables.ViewAsync(newest.Id, CancellationToken.None).ConfigureAwait(false)).FindDisk(
                    SmallBackup.Disk
                )
                : null;
            var before = old is null
                ? [.. Enumerable.Repeat(BlockVersion.ZeroOf(SmallBackup.BlockSize), DiskView.Fanout)]
                : await old.ReadPageAsync(0, CancellationToken.None).ConfigureAwait(false);
            var sink = new SegmentSink(folder, machine, sequence) { NewId = () => ids.Segment };
            await using var owned = sink.ConfigureAwait(false);
            var after = (BlockVersion[])before.Clone();
            for (var i = 0; i < SmallBackup.Blocks; i++)
            {
                after[i] = await PlaceAsync(sink, frames, tables, before[i], i, contents[i]).ConfigureAwait(false);
                if (after[i] != before[i] && before[i].Address is { } replaced)
                {
                    _dead.Add(replaced);
                }
            }

            _listed.AddRange(await sink.CompleteAsync(CancellationToken.None).ConfigureAwait(false));
            return await FinishAsync(sequence, old, before, after, contents).ConfigureAwait(false);
        }

        private async ValueTask<BlockVersion> PlaceAsync(
            SegmentSink sink,
            FrameReader frames,
            PointTables tables,
            BlockVersion old,
            int block,
            int content
        )
        {
            var raw = SmallBackup.Block(content);
            var digest = DigestTree.Block(raw, SmallBackup.BlockSize);
            if (digest == old.Digest)
            {
                return old;
            }

            if (content == 0)
            {
                return BlockVersion.ZeroOf(SmallBackup.BlockSize);
            }

            if (useLeft && content == SmallBackup.LeftContent && await IsLeftAsync().ConfigureAwait(false))
            {
                _listed.Add(backup.Left with { Machine = machine, Born = chain?.NextSequence ?? 1 });
                return new BlockVersion(digest, new FrameAddress(backup.Left.Id, 0));
            }

            if (await FindKnownAsync(tables, digest).ConfigureAwait(false) is { } known)
            {
                _references.Add(known);
                _shared[known.Segment] = Storage.State.FrameSet.Of([known.Number]);
                return new BlockVersion(digest, known);
            }

            byte[]? basis = null;
            var depth = 0;
            if (old.Address is { } at)
            {
                var found = await frames.Tables.FindAsync(at, CancellationToken.None).ConfigureAwait(false);
                basis = SmallBackup.Block(backup.ContentsOf(chain!.Newest!.Id)[block]);
                depth = found.Frame.Depth + 1;
                _references.Add(at);
            }

            using var frame = Encode(raw, basis, old.Address ?? default, depth);
            return new BlockVersion(
                digest,
                await sink.AppendAsync(frame, CancellationToken.None).ConfigureAwait(false)
            );
        }

        /// <summary>Asks for the leftover as a run does that begins: the newest state first, then the file.</summary>
        private async ValueTask<bool> IsLeftAsync()
        {
            var name = BackupNames.SegmentFile(backup.Left.Id, backup.Left.Generation);
            return !folder.State.CondemnedFiles.ContainsKey(name)
                && await folder.Store.GetLengthAsync(name, CancellationToken.None).ConfigureAwait(false) is not null;
        }

        private async ValueTask<FrameAddress?> FindKnownAsync(PointTables tables, Digest digest)
        {
            foreach (var other in folder.State.Machines.Values.Where(other => other.Id != machine))
            {
                if (other.Newest is { } newest)
                {
                    var view = await tables.ViewAsync(newest.Id, CancellationToken.None).ConfigureAwait(false);
                    var page = await view.Disks[0].ReadPageAsync(0, CancellationToken.None).ConfigureAwait(false);
                    return page.FirstOrDefault(version => version.Digest == digest).Address;
                }
            }

            return null;
        }

        private async Task<SmallPoint> FinishAsync(
            long sequence,
            DiskView? old,
            BlockVersion[] before,
            BlockVersion[] after,
            int[] contents
        )
        {
            var id = ids.Point;
            var createdAt = SmallBackup.Clock.GetUtcNow().AddMinutes(sequence);
            var name = BackupNames.PointFile(machine, createdAt, id);
            var file = await folder.Store.CreateAsync(name, CancellationToken.None).ConfigureAwait(false);
            await using var owned = file.ConfigureAwait(false);
            var table = new PointFileWriter(file.WriteAsync, folder.Descriptor.Id, id, machine, SmallBackup.BlockSize);
            var disk = table.BeginDisk(
                SmallBackup.Disk,
                SmallBackup.BlockSize * SmallBackup.Blocks,
                old is null,
                old is null ? null : old.ReadChildrenAsync
            );
            var entries = Enumerable
                .Range(0, SmallBackup.Blocks)
                .Where(i => after[i] != before[i])
                .Select(i => (i, new TableEntry(after[i], old is null ? null : before[i])));
            _dead.ForEach(table.AddDead);
            var digests = after.Select(version => version.Digest).ToArray();
            await disk.AddPageAsync(0, TablePage.Create(entries), digests, CancellationToken.None)
                .ConfigureAwait(false);
            await disk.EndAsync(CancellationToken.None).ConfigureAwait(false);
            var result = await table
                .FinishAsync(Header(id, sequence, createdAt), CancellationToken.None)
                .ConfigureAwait(false);
            try
            {
                await file.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (IOException)
            {
                throw Errors.BackupChanged(folder.Name, "the point file was taken away");
            }

            backup.Remember(id, contents);
            return new SmallPoint(
                chain?.Newest?.Id,
                PointOf(id, sequence, createdAt, result.Root),
                new TableState(id, machine, sequence, name, result.Length, result.FileHash, old is null),
                _listed,
                _shared,
                _references
            );
        }

        private RestorePoint PointOf(PointId id, long sequence, DateTimeOffset createdAt, Digest root) =>
            new()
            {
                Id = id,
                MachineId = machine,
                Sequence = sequence,
                CreatedAt = createdAt,
                Kind = PointKind.Full,
                Root = root,
                Disks = [new DiskLayout(SmallBackup.Disk, new ByteSize(SmallBackup.BlockSize * SmallBackup.Blocks))],
                Job = SmallBackup.Job,
                WrittenBy = BackupOrigin.Backup,
            };

        private PointHeader Header(PointId id, long sequence, DateTimeOffset createdAt) =>
            new()
            {
                Backup = Bytes(folder.Descriptor.Id.ToBytes()),
                Point = Bytes(id.ToBytes()),
                Machine = Bytes(machine.ToBytes()),
                Sequence = (ulong)sequence,
                CreatedAt = createdAt.ToUnixTimeMilliseconds(),
                MachineName = "machine",
                Job = Bytes(SmallBackup.Job.ToBytes()),
                Consistency = Consistency.Crash,
                BlockSize = SmallBackup.BlockSize,
            };

        private static ByteString Bytes(byte[] bytes) => ByteString.CopyFrom(bytes);
    }
}
