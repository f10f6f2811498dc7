using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Longhaul.Core;
using Longhaul.Mover.Protocol;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>Makes calls about one repository of a mover, again where the line breaks, and gives their failures this program's words.</summary>
/// <param name="connection">The way; stays the caller's.</param>
/// <param name="url">The repository.</param>
/// <param name="options">How patient to be.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class MoverCalls(MoverConnection connection, MoverUrl url, MoverClientOptions options)
{
    /// <summary>Longest answer that is no range, in bytes.</summary>
    private const int LongestAnswer = 64 << 10;

    private readonly LinePatience _patience = new(url.ToString(), options, options.RetryFor);

    /// <summary>The URL, for people.</summary>
    internal string Mover { get; } = url.ToString();

    /// <summary>The repository's name at the mover.</summary>
    internal string Repository => url.Repository;

    /// <summary>Pieces of one object that are under way at a time.</summary>
    internal int Streams => options.Streams;

    /// <summary>When a call that nobody waits for has to be over.</summary>
    internal DateTime SoonAt => options.Clock.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(5);

    /// <summary>Control calls.</summary>
    internal CallInvoker Invoker => connection.Calls;

    /// <summary>Makes a control call.</summary>
    /// <typeparam name="T">Its answer.</typeparam>
    /// <param name="name">The object that it is about; empty for none.</param>
    /// <param name="what">What is tried, a clause for people.</param>
    /// <param name="call">The call; may be made several times.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="bytes">What it carries: a slow line needs its time.</param>
    /// <exception cref="LonghaulException">mover and store errors.</exception>
    internal ValueTask<T> AskAsync<T>(
        string name,
        string what,
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        int bytes = 0
    ) => _patience.RunAsync(TermOf(bytes), token => TranslatedAsync(name, what, call, token), cancellationToken);

    /// <summary>Makes a call that answers bit by bit for as long as it takes, and never falls silent.</summary>
    /// <remarks>One that goes on without getting anywhere is silent too.</remarks>
    /// <typeparam name="TReply">A part of its answer.</typeparam>
    /// <typeparam name="T">What is made of it.</typeparam>
    /// <param name="name">What it is about.</param>
    /// <param name="what">What is tried, a clause for people.</param>
    /// <param name="call">The call; may be made several times.</param>
    /// <param name="read">Reads the answer; may be called several times.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <param name="progress">What grows while the mover gets somewhere; null where every part of the answer does.</param>
    /// <exception cref="LonghaulException">mover and store errors.</exception>
    internal ValueTask<T> ListenAsync<TReply, T>(
        string name,
        string what,
        Func<CancellationToken, AsyncServerStreamingCall<TReply>> call,
        Func<IAsyncEnumerable<TReply>, Task<T>> read,
        CancellationToken cancellationToken,
        Func<TReply, long>? progress = null
    ) =>
        _patience.RunAsync(
            Timeout.InfiniteTimeSpan,
            token =>
                TranslatedAsync(
                    name,
                    what,
                    async own =>
                    {
                        using var silence = new CancellationTokenSource(options.CallTerm, options.Clock);
                        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, own);
                        using var answer = call(either.Token);
                        return await read(HeardAsync(answer.ResponseStream, silence, progress, either.Token))
                            .ConfigureAwait(false);
                    },
                    token
                ),
            cancellationToken
        );

    /// <summary>Asks how long an object is.</summary>
    /// <param name="name">The object.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Bytes; null when it is not there, or not completed.</returns>
    internal async ValueTask<long?> GetLengthAsync(string name, CancellationToken cancellationToken)
    {
        var client = new Store.StoreClient(Invoker);
        var request = new ObjectRequest { Repository = Repository, Name = name };
        var reply = await AskAsync(
                name,
                "to read",
                token => client.GetLengthAsync(request, cancellationToken: token).ResponseAsync,
                cancellationToken
            )
            .ConfigureAwait(false);
        return reply.HasLength ? reply.Length : null;
    }

    private async IAsyncEnumerable<T> HeardAsync<T>(
        IAsyncStreamReader<T> answer,
        CancellationTokenSource silence,
        Func<T, long>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var far = -1L;
        var movedAt = options.Clock.GetTimestamp();
        while (await answer.MoveNext(cancellationToken).ConfigureAwait(false))
        {
            if (progress is null || progress(answer.Current) > far)
            {
                far = progress?.Invoke(answer.Current) ?? far;
                movedAt = options.Clock.GetTimestamp();
            }

            if (options.Clock.GetElapsedTime(movedAt) < options.RetryFor)
            {
                silence.CancelAfter(options.CallTerm);
            }

            yield return answer.Current;
        }
    }

    /// <summary>Puts a piece of an object under way.</summary>
    /// <param name="name">The object.</param>
    /// <param name="writer">What the mover calls its writer.</param>
    /// <param name="offset">Where the piece belongs.</param>
    /// <param name="piece">At most <see cref="MoverProtocol.MaxPieceSize"/> bytes.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>How far the mover is.</returns>
    internal ValueTask<WriterReply> PutPieceAsync(
        string name,
        ByteString writer,
        long offset,
        ReadOnlyMemory<byte> piece,
        CancellationToken cancellationToken
    ) =>
        _patience.RunAsync(
            TermOf(piece.Length),
            token =>
                TranslatedAsync(
                    name,
                    "to write",
                    async own =>
                    {
                        using var request = new HttpRequestMessage(
                            HttpMethod.Put,
                            $"{MoverProtocol.PiecePath}?{WriterQuery(writer)}&{MoverProtocol.OffsetKey}={Text(offset)}"
                        )
                        {
                            Version = HttpVersion.Version11,
                            Content = new ReadOnlyMemoryContent(piece),
                        };
                        using var response = await SendAsync(request, own).ConfigureAwait(false);
                        return response.StatusCode == HttpStatusCode.OK
                            ? WriterReply.Parser.ParseFrom(await AnswerAsync(response, own).ConfigureAwait(false))
                            : throw await FailureOfAsync(response, name, "to write", own).ConfigureAwait(false);
                    },
                    token
                ),
            cancellationToken
        );

    /// <summary>Reads a range of an object.</summary>
    /// <param name="name">The object.</param>
    /// <param name="writer">What the mover calls its writer while it is under way; null for one that is there.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Filled from the front.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>Bytes read, fewer only at the end; null when there is no such object.</returns>
    internal async ValueTask<int?> ReadAsync(
        string name,
        ByteString? writer,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var total = 0;
        do
        {
            var part = destination[total..Math.Min(destination.Length, total + MoverProtocol.MaxRangeSize)];
            var at = offset + total;
            var read = await _patience
                .RunAsync(
                    TermOf(part.Length),
                    token => TranslatedAsync(name, "to read", own => GetRangeAsync(name, writer, at, part, own), token),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (read is null)
            {
                return null;
            }

            total += read.Value;
            if (read < part.Length)
            {
                break;
            }
        } while (total < destination.Length);
        return total;
    }

    /// <summary>Sends bytes that the mover does not keep.</summary>
    /// <param name="content">At most <see cref="MoverProtocol.MaxPieceSize"/> bytes.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    internal async ValueTask SendProbeAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        _ = await ProbeAsync(
                content.Length,
                () =>
                    new HttpRequestMessage(HttpMethod.Put, MoverProtocol.ProbePath)
                    {
                        Content = new ReadOnlyMemoryContent(content),
                    },
                (_, _) => Task.FromResult(true),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Receives bytes that mean nothing.</summary>
    /// <param name="destination">At most <see cref="MoverProtocol.MaxPieceSize"/> bytes; filled.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    internal async ValueTask ReceiveProbeAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        _ = await ProbeAsync(
                destination.Length,
                () =>
                    new HttpRequestMessage(
                        HttpMethod.Get,
                        $"{MoverProtocol.ProbePath}?{MoverProtocol.LengthKey}={Text(destination.Length)}"
                    ),
                async (body, token) =>
                {
                    await body.ReadExactlyAsync(destination, token).ConfigureAwait(false);
                    return true;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    private ValueTask<bool> ProbeAsync(
        int bytes,
        Func<HttpRequestMessage> make,
        Func<Stream, CancellationToken, Task<bool>> take,
        CancellationToken cancellationToken
    ) =>
        _patience.RunAsync(
            TermOf(bytes),
            token =>
                TranslatedAsync(
                    "",
                    "to measure",
                    async own =>
                    {
                        using var request = make();
                        request.Version = HttpVersion.Version11;
                        using var response = await SendAsync(request, own).ConfigureAwait(false);
                        if (response.StatusCode != HttpStatusCode.OK)
                        {
                            throw await FailureOfAsync(response, "", "to measure", own).ConfigureAwait(false);
                        }

                        var body = await response.Content.ReadAsStreamAsync(own).ConfigureAwait(false);
                        await using (body.ConfigureAwait(false))
                        {
                            return await take(body, own).ConfigureAwait(false);
                        }
                    },
                    token
                ),
            cancellationToken
        );

    private async Task<int?> GetRangeAsync(
        string name,
        ByteString? writer,
        long offset,
        Memory<byte> destination,
        CancellationToken cancellationToken
    )
    {
        var source = writer is null
            ? $"{MoverProtocol.RepositoryKey}={Repository}&{MoverProtocol.NameKey}={Uri.EscapeDataString(name)}"
            : WriterQuery(writer);
        var range = $"{MoverProtocol.OffsetKey}={Text(offset)}&{MoverProtocol.LengthKey}={Text(destination.Length)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{MoverProtocol.RangePath}?{source}&{range}")
        {
            Version = HttpVersion.Version11,
        };
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        switch (response.StatusCode)
        {
            case HttpStatusCode.NotFound:
                return null;
            case HttpStatusCode.OK:
                break;
            default:
                throw await FailureOfAsync(response, name, "to read", cancellationToken).ConfigureAwait(false);
        }

        if (response.Content.Headers.ContentLength is not { } length || length > destination.Length)
        {
            throw Errors.MoverProtocol(Mover, "it answers with more than was asked for");
        }

        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            await body.ReadExactlyAsync(destination[..(int)length], cancellationToken).ConfigureAwait(false);
        }

        return (int)length;
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        connection.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private async ValueTask<T> TranslatedAsync<T>(
        string name,
        string what,
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await call(cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException error)
            when (error.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, cancellationToken);
        }
        catch (Exception error) when (error is RpcException or HttpRequestException)
        {
            throw connection.Translate(error, Mover, name, what) ?? new BrokenLineException(error);
        }
        catch (Exception error) when (error is HttpIOException or EndOfStreamException)
        {
            throw new BrokenLineException(error);
        }
        catch (InvalidProtocolBufferException)
        {
            throw Errors.MoverProtocol(Mover, "its answer cannot be read");
        }
    }

    /// <summary>A short answer, whole.</summary>
    private async Task<byte[]> AnswerAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.Content.Headers.ContentLength is { } length and <= LongestAnswer
            ? await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)
            : throw Errors.MoverProtocol(Mover, "its answer is longer than any can be");

    private async Task<Exception> FailureOfAsync(
        HttpResponseMessage response,
        string name,
        string what,
        CancellationToken cancellationToken
    )
    {
        if (response.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            var failure = Failure.Parser.ParseFrom(
                await AnswerAsync(response, cancellationToken).ConfigureAwait(false)
            );
            return MoverFailures.Translate(failure, Mover, name, what, connection.Own.ToString());
        }

        // Too slow, too busy, being stopped: another try may do.
        return response.StatusCode is HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
            ? new BrokenLineException()
            : Errors.MoverProtocol(Mover, $"it answers {(int)response.StatusCode}");
    }

    private string WriterQuery(ByteString writer) =>
        $"{MoverProtocol.RepositoryKey}={Repository}&{MoverProtocol.WriterKey}={new Guid(writer.Span):N}";

    private TimeSpan TermOf(int bytes) =>
        options.CallTerm + TimeSpan.FromSeconds((double)bytes * options.Streams / options.SlowestBytesPerSecond);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
