using System.Buffers;
using Longhaul.Core;
using Longhaul.Core.Verifying;
using Longhaul.Engine.Progress;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.Blocks;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Verifying;

/// <summary>Reads every file of a backup and compares it with checksums and hashes: finds rot, needs no password.</summary>
/// <remarks>
/// <para>Frames that nobody needs any more are passed over: the log says which they are. What a checksum cannot tell is whether
/// a block is the one that was backed up; that takes its digest, and in an encrypted backup the password.</para>
/// <para>Without the tables' pages nobody knows which points reference a frame: those are named that may.</para>
/// </remarks>
/// <param name="folder">The backup; stays the caller's.</param>
/// <param name="progress">Hears how far it is; null for nobody.</param>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class FileScrub(BackupFolder folder, IRunProgress? progress)
{
    private const int ReadSize = 4 << 20;

    private readonly DamageList _damaged = new();
    private readonly PointTables _tables = new(folder);
    private readonly SegmentTables _segments = new(folder);
    private long _frames;
    private readonly HashSet<SegmentId> _verified = [];
    private readonly List<FrameAddress> _broken = [];
    private long _bytes;
    private IMachineProgress? _heard;

    /// <summary>Scrubs.</summary>
    /// <param name="choose">Which of the segments there are; all other files are always read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">store errors.</exception>
    internal async ValueTask<VerifyReport> RunAsync(
        Func<IReadOnlyList<StoredSegment>, IReadOnlySet<SegmentId>> choose,
        CancellationToken cancellationToken
    )
    {
        await folder.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var state = folder.State;
        await new LogCheck(folder, state, _damaged).RunAsync(cancellationToken).ConfigureAwait(false);
        _ = await TryAsync(state.Points, null, CheckKeyListAsync, cancellationToken).ConfigureAwait(false);
        var chosen = choose(BackupVerifier.SegmentsOf(state));
        SegmentState[] segments =
        [
            .. state
                .Segments.Values.Where(segment => !segment.IsDead && chosen.Contains(segment.Id))
                .OrderBy(one => one.Id),
        ];
        _heard = progress?.Begin(folder.Name, "scrubbing", segments.Sum(segment => segment.Size));
        foreach (var machine in state.Machines.Values)
        {
            foreach (var table in machine.Tables)
            {
                var above = machine.Points.Where(point => point.Sequence >= table.Sequence);
                _ = await TryAsync(above, machine.Name, token => CheckAsync(table, token), cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        foreach (var segment in segments)
        {
            var machine = state.Machines.GetValueOrDefault(segment.Machine);
            var may =
                segment.Shared.Count > 0
                    ? state.Points
                    : machine?.Points.Where(point => point.Sequence >= segment.Born) ?? [];
            var (before, readBefore) = (_damaged.Count, _bytes);
            if (
                await TryAsync(may, machine?.Name, token => CheckAsync(segment, may, token), cancellationToken)
                    .ConfigureAwait(false)
                && _damaged.Count == before
            )
            {
                _verified.Add(segment.Id);
            }

            // What was not read of it, since nobody needs it or it is damaged, is passed over.
            _heard?.Advance(Math.Max(0, segment.Size - (_bytes - readBefore)));
        }

        return new VerifyReport
        {
            PointsChecked = state.Points.Count(),
            BlocksChecked = _frames,
            BytesRead = _bytes,
            Verified = _verified,
            Chosen = segments.Select(segment => segment.Id).ToHashSet(),
            Damaged = _damaged.Listed,
            BrokenFrames = _broken,
            DamagedUnlisted = _damaged.Unlisted,
            Suffering = [.. state.Points.Select(point => point.Id).Where(_damaged.Suffering.Contains)],
        };
    }

    /// <returns>Whether it came to its end.</returns>
    private async ValueTask<bool> TryAsync(
        IEnumerable<Core.Backups.RestorePoint> suffering,
        string? machine,
        Func<CancellationToken, ValueTask> check,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await check(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (LonghaulException error) when (Fault.IsOne(error))
        {
            _damaged.Add(suffering, machine, Fault.Of(error));
        }
        catch (LonghaulException error) when (Fault.IsRemoval(error))
        {
            // Needed no more, or written again a moment ago.
        }

        return false;
    }

    private async ValueTask CheckKeyListAsync(CancellationToken cancellationToken) =>
        _ = await folder.ReadKeyListAsync(cancellationToken).ConfigureAwait(false);

    private async ValueTask CheckAsync(TableState table, CancellationToken cancellationToken)
    {
        var length = await folder.Store.GetLengthAsync(table.File, cancellationToken).ConfigureAwait(false);
        if (length > table.Size)
        {
            throw Errors.DataDamaged(table.File, table.Size, $"it has {length} bytes, not {table.Size}");
        }

        _bytes += table.Size;
        if (await _tables.HashAsync(table, cancellationToken).ConfigureAwait(false) != table.Hash)
        {
            throw Errors.DataDamaged(table.File, 0, "its SHA-256 is not the one the log lists");
        }
    }

    private async ValueTask CheckAsync(
        SegmentState segment,
        IEnumerable<Core.Backups.RestorePoint> may,
        CancellationToken cancellationToken
    )
    {
        var table = await _segments.GetAsync(segment.Id, cancellationToken).ConfigureAwait(false);
        var needed = table.Frames.Where(frame => !segment.Condemned.Contains(frame.Number)).ToArray();
        var file = BackupNames.SegmentFile(segment.Id, table.Generation);
        if (needed.Length < segment.Frames - segment.Condemned.Count)
        {
            throw Errors.DataDamaged(file, 0, "it has not the frames that the log lists");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize + FrameHeader.MaxRawLength);
        try
        {
            for (var next = 0; next < needed.Length; )
            {
                next = await CheckRunAsync(segment.Id, file, needed, next, ReadSize, buffer, may, cancellationToken)
                    .ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Checks frames that are read at once.</summary>
    /// <returns>The first that was not.</returns>
    private async ValueTask<int> CheckRunAsync(
        SegmentId segment,
        string file,
        FrameInfo[] frames,
        int first,
        int size,
        byte[] buffer,
        IEnumerable<Core.Backups.RestorePoint> may,
        CancellationToken cancellationToken
    )
    {
        var (start, end) = (frames[first].Offset, first + 1);
        while (end < frames.Length && frames[end].EndOffset - start <= size)
        {
            end++;
        }

        var bytes = buffer.AsMemory(0, (int)(frames[end - 1].EndOffset - start));
        int? read;
        try
        {
            read = await folder.Store.ReadAsync(file, start, bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (LonghaulException error) when (error.Code == "data.unreadable")
        {
            if (end - first > 1)
            {
                // One by one, as only some of them are hit.
                for (var next = first; next < end; )
                {
                    next = await CheckRunAsync(segment, file, frames, next, 0, buffer, may, cancellationToken)
                        .ConfigureAwait(false);
                }

                return end;
            }

            _frames++;
            _broken.Add(new FrameAddress(segment, frames[first].Number));
            _damaged.Add(may, null, Fault.Of(error));
            return end;
        }

        if (read is null)
        {
            throw folder.State.Segments.Values.Any(one => BackupNames.SegmentFile(one.Id, one.Generation) == file)
                ? Errors.DataMissing(file)
                : Errors.DataRemoved(file);
        }

        _bytes += read.Value;
        _heard?.Advance(read.Value);
        foreach (var frame in frames[first..end])
        {
            _frames++;
            var at = (int)(frame.Offset - start);
            if (read < at + frame.TotalLength || !FrameHeader.Verify(bytes.Span.Slice(at, frame.TotalLength), frame))
            {
                var what =
                    read < at + frame.TotalLength
                        ? "it ends early"
                        : $"the checksum of frame {frame.Number} does not match";
                _broken.Add(new FrameAddress(segment, frame.Number));
                _damaged.Add(may, null, new Fault(file, frame.Offset, what));
            }
        }

        return end;
    }
}
