using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>Has a backup read by the mover it lies behind. Is the line lost meanwhile, a scrub is begun anew, and of frames those
/// are asked about that were not answered.</summary>
/// <param name="calls">Makes the calls.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class MoverCare(MoverCalls calls) : IFarSide
{
    private readonly Care.CareClient _client = new(calls.Invoker);

    /// <inheritdoc/>
    public ValueTask<FarScrubReport> ScrubAsync(
        string folder,
        IRunProgress? progress,
        CancellationToken cancellationToken
    )
    {
        var request = new ScrubRequest { Repository = calls.Repository, Folder = folder };
        return calls.ListenAsync(
            folder,
            "to read",
            token => _client.Scrub(request, cancellationToken: token),
            async replies =>
            {
                IMachineProgress? heard = null;
                var done = 0L;
                await foreach (var reply in replies.ConfigureAwait(false))
                {
                    heard ??= reply.BytesTotal > 0 ? progress?.Begin(folder, "scrubbing", reply.BytesTotal) : null;
                    heard?.Advance(Math.Max(0, reply.BytesDone - done));
                    done = Math.Max(done, reply.BytesDone);
                    if (reply.Found is { } found)
                    {
                        return Read(found);
                    }
                }

                throw new BrokenLineException();
            },
            cancellationToken,
            reply => reply.BytesDone
        );
    }

    /// <inheritdoc/>
    public async ValueTask CheckFramesAsync(
        string folder,
        IReadOnlyList<FrameAddress> frames,
        Action<FrameAddress, bool> answered,
        CancellationToken cancellationToken
    )
    {
        var next = 0;
        _ = await calls
            .ListenAsync(
                folder,
                "to read",
                token => _client.CheckFrames(AskAbout(folder, frames.Skip(next)), cancellationToken: token),
                async replies =>
                {
                    await foreach (var isSound in replies.SelectMany(reply => reply.Sound).ConfigureAwait(false))
                    {
                        if (next == frames.Count)
                        {
                            throw Errors.MoverProtocol(calls.Mover, "it answers more than was asked");
                        }

                        answered(frames[next++], isSound);
                    }

                    return next == frames.Count ? next : throw new BrokenLineException();
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private CheckFramesRequest AskAbout(string folder, IEnumerable<FrameAddress> frames)
    {
        var request = new CheckFramesRequest { Repository = calls.Repository, Folder = folder };
        SegmentId? last = null;
        foreach (var frame in frames)
        {
            if (frame.Segment != last)
            {
                last = frame.Segment;
                request.Frames.Add(new SegmentFrames { Segment = ByteString.CopyFrom(frame.Segment.ToBytes()) });
            }

            request.Frames[^1].Frames.Add((uint)frame.Number);
        }

        return request;
    }

    private FarScrubReport Read(ScrubReply.Types.Found found)
    {
        var broken = new List<FrameAddress>();
        foreach (var segment in found.Broken)
        {
            if (
                !SegmentId.TryRead(segment.Segment.Span, out var id)
                || segment.Frames.Any(frame => frame > int.MaxValue)
            )
            {
                throw Errors.MoverProtocol(calls.Mover, "it names a segment that cannot be");
            }

            broken.AddRange(segment.Frames.Select(frame => new FrameAddress(id, (int)frame)));
        }

        return new FarScrubReport(found.Sound && broken.Count == 0, found.Points, found.Frames, found.Bytes, broken);
    }
}
