using System.Buffers;
using System.Runtime.ExceptionServices;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;
using Longhaul.Format.Segments;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Blocks;

/// <summary>Writes the frames of one point into new segments, each sealed when it is full.</summary>
/// <remarks>
/// <para>Nothing of it is part of the backup until a record lists the segments. Frames are numbered from 0 in every
/// segment. A frame gets its number and offset when it comes; it is sealed and checksummed on the thread pool while those
/// before it are written. Memory: one write buffer, the payloads of a few frames in both forms, and about 100 bytes per frame of
/// the segment being written.</para>
/// <para>Source: docs/format.md, section "Segment file".</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class SegmentSink : IAsyncDisposable
{
    /// <summary>A segment is sealed at this many frames, so that no table is too long to keep: where frames are some hundred
    /// bytes each, a gibibyte of them would be ten million.</summary>
    private const int MaxFrames = 64 * 1024;

    private const int BufferSize = 1 << 20;

    /// <summary>Frames that are sealed and checksummed at a time, while earlier ones are written.</summary>
    private const int Window = 3;

    /// <summary>Stored bytes from which on a frame is made ready apart from the caller: below, handing it over costs more.</summary>
    private const int WorthATask = 64 << 10;

    private readonly BackupFolder _folder;
    private readonly MachineId _machine;
    private readonly long _sequence;
    private readonly long _sealSize;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly List<SegmentState> _sealed = [];
    private readonly ListKey? _key;
    private readonly Queue<Task<PreparedFrame>> _underWay = [];
    private List<FrameInfo> _frames = [];
    private ExceptionDispatchInfo? _failure;
    private int _count;
    private SegmentId _id;
    private SegmentCipher? _cipher;
    private IObjectWriter? _writer;
    private long _length;
    private int _buffered;

    /// <summary>Begins; the first segment is made when the first frame comes.</summary>
    /// <param name="folder">The backup; stays the caller's.</param>
    /// <param name="machine">The machine the point is of.</param>
    /// <param name="sequence">The point's sequence number: the birth of the frames.</param>
    public SegmentSink(BackupFolder folder, MachineId machine, long sequence)
    {
        _folder = folder;
        _machine = machine;
        _sequence = sequence;
        _sealSize = folder.Store.BestSegmentSize;
        _key = folder.WritingKey;
    }

    /// <summary>Names new segments.</summary>
    internal Func<SegmentId> NewId { get; init; } = SegmentId.New;

    /// <summary>The segments sealed so far.</summary>
    public IReadOnlyList<SegmentState> Sealed => _sealed;

    /// <summary>The segment being written; null when none is.</summary>
    public SegmentId? Current => _writer is null ? null : _id;

    /// <summary>Bytes of all segments so far, frame headers and tables included.</summary>
    public long BytesWritten => _sealed.Sum(segment => segment.Size) + _length;

    /// <summary>Bytes of the present segment that survive power loss.</summary>
    public long Watermark => _writer?.Watermark ?? 0;

    /// <summary>Appends a frame.</summary>
    /// <param name="draft">The frame; its payload is taken over.</param>
    /// <param name="cancellationToken">Cancels the call; the sink is then to be disposed.</param>
    /// <returns>Where the frame will be once the segment is listed.</returns>
    /// <exception cref="Core.LonghaulException">store.no-space, store.io, store.unreachable, store.access-denied.</exception>
    public async ValueTask<FrameAddress> AppendAsync(FrameDraft draft, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(draft);
        _failure?.Throw();
        try
        {
            return await PlaceAsync(draft, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Remember(error);
            throw;
        }
    }

    private async ValueTask<FrameAddress> PlaceAsync(FrameDraft draft, CancellationToken cancellationToken)
    {
        if (_writer is not null && (_length + draft.StoredLength > _sealSize || _count >= MaxFrames))
        {
            await SealAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_writer is null)
        {
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        }

        var cipher = _cipher;
        var place = new FrameInfo(
            _count++,
            _length,
            draft.Codec,
            draft.StoredLength + (cipher is null ? 0 : SegmentCipher.Overhead),
            draft.RawLength,
            0,
            draft.Base,
            draft.Depth,
            draft.BeginsRun
        );
        _length = place.EndOffset;
        var length = draft.StoredLength;
        var payload = draft.TakePayload();
        _underWay.Enqueue(
            length < WorthATask
                ? Task.FromResult(PreparedFrame.Of(payload, length, place, cipher))
                : Task.Run(() => PreparedFrame.Of(payload, length, place, cipher), CancellationToken.None)
        );
        await WriteReadyAsync(Window, cancellationToken).ConfigureAwait(false);
        return new FrameAddress(_id, place.Number);
    }

    /// <summary>Makes what was appended survive power loss, as an unfinished segment.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _failure?.Throw();
        try
        {
            if (_writer is not null)
            {
                await WriteReadyAsync(0, cancellationToken).ConfigureAwait(false);
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                await _writer.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            Remember(error);
            throw;
        }
    }

    /// <summary>Seals the last segment.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>All segments of the point; empty when no frame was appended.</returns>
    public async ValueTask<IReadOnlyList<SegmentState>> CompleteAsync(CancellationToken cancellationToken)
    {
        _failure?.Throw();
        try
        {
            if (_writer is not null)
            {
                await SealAsync(cancellationToken).ConfigureAwait(false);
            }

            return _sealed;
        }
        catch (Exception error)
        {
            Remember(error);
            throw;
        }
    }

    /// <summary>Lets go; a segment that was not sealed stays behind as an unfinished object.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_underWay.TryDequeue(out var next))
        {
            // Why one could not be made is on its way to the caller already.
            await next.ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (next.IsCompletedSuccessfully)
            {
                (await next.ConfigureAwait(false)).Dispose();
            }
        }

        ArrayPool<byte>.Shared.Return(_buffer);
        if (_writer is not null)
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
            _writer = null;
        }
    }

    /// <summary>From now on every call fails: a number may be taken by a frame that nobody was told of, or part of the buffer be
    /// written, and what came after would be taken for something else.</summary>
    private void Remember(Exception error) => _failure = ExceptionDispatchInfo.Capture(error);

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        _id = NewId();
        _frames = [];
        _count = 0;
        _length = 0;
        _writer = await _folder
            .Store.CreateAsync(BackupNames.SegmentFile(_id, SegmentPreamble.FirstGeneration), cancellationToken)
            .ConfigureAwait(false);
        var preamble = SegmentPreamble.Create(
            _folder.Descriptor.Id,
            _id,
            SegmentPreamble.FirstGeneration,
            isEncrypted: _key is not null
        );
        _cipher = _key is null ? null : new SegmentCipher(_key, _id, SegmentPreamble.SaltOf(preamble));
        _length = preamble.Length;
        await WriteAsync(preamble, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask SealAsync(CancellationToken cancellationToken)
    {
        await WriteReadyAsync(0, cancellationToken).ConfigureAwait(false);
        var table = SegmentTrailer.Build(_folder.Descriptor.Id, _id, SegmentPreamble.FirstGeneration, _length, _frames);
        await WriteAsync(table.Bytes, cancellationToken).ConfigureAwait(false);
        await DrainAsync(cancellationToken).ConfigureAwait(false);
        var writer = _writer!;
        try
        {
            await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw Core.Errors.BackupChanged(_folder.Name, $"{writer.Name} was taken away while it was being written");
        }

        _sealed.Add(
            new SegmentState
            {
                Id = _id,
                Generation = SegmentPreamble.FirstGeneration,
                Size = writer.Length,
                Frames = _frames.Count,
                Identity = table.Identity,
                Machine = _machine,
                Born = _sequence,
                Bases = table.Bases,
                KeyGeneration = _key?.Generation ?? 0,
            }
        );
        _writer = null;
        _length = 0;
        await writer.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Writes the frames that are ready, in their order, and waits for those that are too many.</summary>
    /// <param name="window">How many may stay under way.</param>
    /// <param name="cancellationToken">Cancels the call; the sink is then to be disposed.</param>
    private async ValueTask WriteReadyAsync(int window, CancellationToken cancellationToken)
    {
        while (_underWay.TryPeek(out var next) && (next.IsCompleted || _underWay.Count > window))
        {
            _ = _underWay.Dequeue();
            using var frame = await next.ConfigureAwait(false);
            _frames.Add(frame.Frame);
            await WriteAsync(frame.Header, cancellationToken).ConfigureAwait(false);
            await WriteAsync(frame.Payload, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_buffered + bytes.Length > BufferSize)
        {
            await DrainAsync(cancellationToken).ConfigureAwait(false);
        }

        if (bytes.Length > BufferSize)
        {
            await _writer!.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            return;
        }

        bytes.CopyTo(_buffer.AsMemory(_buffered));
        _buffered += bytes.Length;
    }

    private async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        if (_buffered > 0)
        {
            await _writer!.WriteAsync(_buffer.AsMemory(0, _buffered), cancellationToken).ConfigureAwait(false);
            _buffered = 0;
        }
    }
}
