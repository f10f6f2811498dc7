using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>An object that a peer is writing: pieces come over several connections and are appended in their order.</summary>
/// <remarks>One call works at a time. A piece that was appended already is acknowledged again and not written again: its answer
/// was lost.</remarks>
/// <param name="id">What the peer calls it.</param>
/// <param name="session">The process that writes it.</param>
/// <param name="peer">Whose process that is.</param>
/// <param name="repository">The repository's name.</param>
/// <param name="writer">Writes it; disposed with this.</param>
/// <param name="options">How long a piece waits for those before it, and which start of the host this is.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class OpenWriter(
    Guid id,
    Guid session,
    Fingerprint peer,
    string repository,
    IObjectWriter writer,
    MoverServerOptions options
) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isOver;

    /// <summary>What the peer calls it.</summary>
    internal Guid Id => id;

    /// <summary>The process that writes it.</summary>
    internal Guid Session => session;

    /// <summary>Whose it is.</summary>
    internal Fingerprint Peer => peer;

    /// <summary>The repository's name.</summary>
    internal string Repository => repository;

    /// <summary>The object's name.</summary>
    internal string Name => writer.Name;

    /// <summary>Whether the object is complete.</summary>
    internal bool IsComplete => CompletedAt is not null;

    /// <summary>When the object was completed; null before.</summary>
    internal DateTimeOffset? CompletedAt { get; private set; }

    /// <summary>When its session went away; null while that is there.</summary>
    internal DateTimeOffset? LeftAt { get; set; }

    /// <summary>How far it is.</summary>
    internal WriterReply State =>
        new()
        {
            Found = true,
            Length = writer.Length,
            Watermark = writer.Watermark,
            Boot = options.BootId,
        };

    /// <summary>Appends a piece in its turn.</summary>
    /// <param name="offset">Where it belongs.</param>
    /// <param name="content">Not kept after the call.</param>
    /// <param name="cancellationToken">Cancels the wait for its turn, and not the writing: half a piece would end the object.</param>
    /// <exception cref="MoverRefusal">OUT_OF_TURN, INVALID, WRITER_GONE; store errors as the store throws them.</exception>
    internal async ValueTask<WriterReply> AppendAsync(
        long offset,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        using var term = new CancellationTokenSource(options.TurnTerm, options.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(term.Token, cancellationToken);
        try
        {
            while (true)
            {
                var moved = Volatile.Read(ref _moved).Task;
                await _turn.WaitAsync(both.Token).ConfigureAwait(false);
                try
                {
                    if (await TryAppendAsync(offset, content).ConfigureAwait(false))
                    {
                        return State;
                    }
                }
                finally
                {
                    _turn.Release();
                }

                await moved.WaitAsync(both.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
            when (term.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new MoverRefusal(Failure.Types.Code.OutOfTurn, "what comes before this piece did not come");
        }
    }

    /// <summary>Reads back what was written.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Filled from the front.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        InTurnAsync(() => writer.ReadAsync(offset, destination, cancellationToken), cancellationToken);

    /// <summary>Makes what was written durable.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal ValueTask<WriterReply> FlushAsync(CancellationToken cancellationToken) =>
        InTurnAsync(
            async () =>
            {
                await writer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
                return State;
            },
            cancellationToken
        );

    /// <summary>Completes the object; one that is complete stays so.</summary>
    /// <param name="length">What it must have, in bytes.</param>
    /// <param name="cancellationToken">Cancels the wait for its turn.</param>
    /// <exception cref="MoverRefusal">INVALID: pieces are missing.</exception>
    internal async ValueTask CompleteAsync(long length, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsComplete)
            {
                return;
            }

            ThrowIfOver();
            if (writer.Length != length)
            {
                throw new MoverRefusal(Failure.Types.Code.Invalid, $"{writer.Length} bytes of {length} are here");
            }

            await writer.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            CompletedAt = options.Clock.GetUtcNow();
            await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets go of the object; unless it is complete it stays unfinished.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async ValueTask<bool> TryAppendAsync(long offset, ReadOnlyMemory<byte> content)
    {
        ThrowIfOver();
        if (offset > writer.Length)
        {
            return false;
        }

        if (offset < writer.Length)
        {
            return offset + content.Length <= writer.Length
                ? true
                : throw new MoverRefusal(Failure.Types.Code.Invalid, "the piece overlaps what is here");
        }

        try
        {
            await writer.WriteAsync(content, CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            // How much was appended is not known: nothing more is.
            await EndAsync().ConfigureAwait(false);
            throw;
        }

        Interlocked
            .Exchange(ref _moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .SetResult();
        return true;
    }

    private async ValueTask<T> InTurnAsync<T>(Func<ValueTask<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfOver();
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void ThrowIfOver()
    {
        if (_isOver)
        {
            throw new MoverRefusal(Failure.Types.Code.WriterGone, "the writer is gone");
        }
    }

    private async ValueTask EndAsync()
    {
        if (!_isOver)
        {
            _isOver = true;
            Volatile.Read(ref _moved).TrySetResult();
            await writer.DisposeAsync().ConfigureAwait(false);
        }
    }
}
