using System.Buffers;
using System.Runtime.ExceptionServices;
using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Client;

/// <summary>Writes one object behind a mover: pieces go out side by side, and nothing waits for an answer before the window is
/// full.</summary>
/// <remarks>
/// <para>What the mover has acknowledged is not sent again. Is it restarted, the object is reopened where the acknowledged
/// pieces end, and only those under way are sent once more.</para>
/// <para>Memory: one piece more than there are streams.</para>
/// </remarks>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class MoverWriter : IObjectWriter
{
    /// <summary>How often one piece lets an object be reopened: a mover that opens and forgets again is no mover.</summary>
    private const int MostReopened = 20;

    private readonly MoverCalls _calls;
    private readonly Writing.WritingClient _client;
    private readonly string _boot;
    private readonly MoverSession _session;
    private readonly CancellationTokenSource _over = new();
    private readonly SemaphoreSlim _window;
    private readonly SemaphoreSlim _reopening = new(1, 1);
    private readonly List<Task> _underWay = [];
    private byte[]? _piece;
    private int _filled;
    private long _acknowledged;
    private ByteString _id;
    private ExceptionDispatchInfo? _failure;
    private bool _isComplete;
    private bool _isDisposed;

    /// <summary>Goes on at a length that the mover has.</summary>
    /// <param name="calls">Makes the calls.</param>
    /// <param name="session">What this process is called at the mover.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="id">What the mover calls the writer.</param>
    /// <param name="length">Bytes that are there.</param>
    /// <param name="boot">What the mover's host calls the time since it was started.</param>
    internal MoverWriter(MoverCalls calls, MoverSession session, string name, ByteString id, long length, string boot)
    {
        _boot = boot;
        _calls = calls;
        _client = new Writing.WritingClient(calls.Invoker);
        _session = session;
        _id = id;
        _window = new SemaphoreSlim(calls.Streams, calls.Streams);
        Name = name;
        Length = _acknowledged = length;
        Watermark = length;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public long Watermark { get; private set; }

    /// <summary>A name for a new writer.</summary>
    internal static ByteString NewId() => ByteString.CopyFrom(Guid.NewGuid().ToByteArray());

    /// <summary>Asks the mover to go on with an unfinished object.</summary>
    /// <param name="calls">Makes the calls.</param>
    /// <param name="session">What this process is called at the mover.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="id">What the writer is to be called.</param>
    /// <param name="length">Bytes to keep.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static ValueTask<WriterReply> ReopenAsync(
        MoverCalls calls,
        MoverSession session,
        string name,
        ByteString id,
        long length,
        CancellationToken cancellationToken
    )
    {
        var request = new ReopenRequest
        {
            Repository = calls.Repository,
            Name = name,
            Writer = id,
            Session = session.Id,
            Length = length,
        };
        var client = new Writing.WritingClient(calls.Invoker);
        return calls.AskAsync(
            name,
            "to write",
            token => client.ReopenAsync(request, cancellationToken: token).ResponseAsync,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        while (content.Length > 0)
        {
            _piece ??= ArrayPool<byte>.Shared.Rent(MoverProtocol.MaxPieceSize);
            var part = content[..Math.Min(content.Length, MoverProtocol.MaxPieceSize - _filled)];
            part.CopyTo(_piece.AsMemory(_filled));
            _filled += part.Length;
            Length += part.Length;
            content = content[part.Length..];
            if (_filled == MoverProtocol.MaxPieceSize)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        await DrainAsync(cancellationToken).ConfigureAwait(false);
        return await AtWriterAsync(
                    id => _calls.ReadAsync(Name, id, offset, destination, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false)
            ?? throw Lost();
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken).ConfigureAwait(false);
        var reply = await AtWriterAsync(
                id =>
                    _calls.AskAsync(
                        Name,
                        "to write",
                        token => _client.FlushAsync(RequestOf(id), cancellationToken: token).ResponseAsync,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        Watermark = Math.Clamp(reply.Watermark, 0, Length);
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await AtWriterAsync(
                    id =>
                        _calls.AskAsync(
                            Name,
                            "to write",
                            token => _client.CompleteAsync(RequestOf(id), cancellationToken: token).ResponseAsync,
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (ObjectLostException)
        {
            // It may be complete, and the answer lost with the mover's process.
            if (await _calls.GetLengthAsync(Name, cancellationToken).ConfigureAwait(false) != Length)
            {
                throw Lost();
            }
        }

        _isComplete = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _over.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_underWay).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isComplete)
        {
            await AbandonAsync().ConfigureAwait(false);
        }

        ReturnPiece();
        _over.Dispose();
        _window.Dispose();
        _reopening.Dispose();
    }

    private async ValueTask AbandonAsync()
    {
        var request = RequestOf(_id);
        try
        {
            await _client.AbandonAsync(request, deadline: _calls.SoonAt).ResponseAsync.ConfigureAwait(false);
        }
        catch (Grpc.Core.RpcException)
        {
            // The object stays locked while this process lives: it is said again before the next one is opened.
            _session.Unheard.Enqueue(request);
        }
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await _window.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_failure is { } failure)
        {
            _window.Release();
            failure.Throw();
        }

        var piece = _piece!;
        var count = _filled;
        _piece = null;
        _filled = 0;
        _underWay.RemoveAll(task => task.IsCompleted);
        _underWay.Add(PutAsync(piece, count, Length - count));
    }

    private async Task PutAsync(byte[] piece, int count, long offset)
    {
        try
        {
            await AtWriterAsync(
                    async id =>
                    {
                        await _calls
                            .PutPieceAsync(Name, id, offset, piece.AsMemory(0, count), _over.Token)
                            .ConfigureAwait(false);
                        return true;
                    },
                    _over.Token
                )
                .ConfigureAwait(false);
            Raise(offset + count);
        }
        catch (Exception error) when (error is ObjectLostException or WriterGoneException)
        {
            await FailAsync(Lost()).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !_over.IsCancellationRequested)
        {
            await FailAsync(error).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The writer is being disposed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
            _window.Release();
        }
    }

    /// <summary>Ends the object: pieces that are under way are of no use any more.</summary>
    private Task FailAsync(Exception error)
    {
        Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(error), null);
        return _over.CancelAsync();
    }

    /// <summary>Does something with the mover's writer; is that gone, reopens the object once and does it again.</summary>
    private async ValueTask<T> AtWriterAsync<T>(
        Func<ByteString, ValueTask<T>> work,
        CancellationToken cancellationToken
    )
    {
        for (var reopened = 0; ; reopened++)
        {
            var id = Volatile.Read(ref _id);
            try
            {
                return await work(id).ConfigureAwait(false);
            }
            catch (WriterGoneException) when (reopened < MostReopened)
            {
                await ReopenAsync(id, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ReopenAsync(ByteString gone, CancellationToken cancellationToken)
    {
        await _reopening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_id.Equals(gone))
            {
                return;
            }

            var id = NewId();
            var keep = Interlocked.Read(ref _acknowledged);
            var reply = await ReopenAsync(_calls, _session, Name, id, keep, cancellationToken).ConfigureAwait(false);
            if (!reply.Found)
            {
                throw new ObjectLostException(Lost());
            }

            Volatile.Write(ref _id, id);
            // Its file is as long as it was, and what was not flushed before power went is zeros or worse.
            if (reply.Boot != _boot && keep > Watermark)
            {
                throw new ObjectLostException(Lost());
            }
        }
        finally
        {
            _reopening.Release();
        }
    }

    private void Raise(long acknowledged)
    {
        var seen = Interlocked.Read(ref _acknowledged);
        while (seen < acknowledged)
        {
            var before = Interlocked.CompareExchange(ref _acknowledged, acknowledged, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        ThrowIfOver();
        if (_filled > 0)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }

        await Task.WhenAll(_underWay).WaitAsync(cancellationToken).ConfigureAwait(false);
        _underWay.Clear();
        _failure?.Throw();
    }

    private void ThrowIfOver()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isComplete)
        {
            throw new InvalidOperationException($"'{Name}' is complete.");
        }

        _failure?.Throw();
    }

    private void ReturnPiece()
    {
        if (_piece is not null)
        {
            ArrayPool<byte>.Shared.Return(_piece);
            _piece = null;
        }
    }

    private WriterRequest RequestOf(ByteString id) =>
        new()
        {
            Repository = _calls.Repository,
            Writer = id,
            Length = Length,
        };

    private LonghaulException Lost() =>
        Errors.StoreIo($"{_calls.Mover}/{Name}", new IOException("the mover has lost what was under way"));

    /// <summary>What was under way is not there any more.</summary>
    private sealed class ObjectLostException(LonghaulException error) : Exception(error.Message, error);
}
