using Longhaul.Core;
using Longhaul.Engine.Progress;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Mover.Protocol.Messages;

namespace Longhaul.Mover.Client;

/// <summary>Has a backup scrubbed by the mover it lies behind. Is the line lost meanwhile, it is begun anew.</summary>
/// <param name="calls">Makes the calls.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
internal sealed class MoverScrub(MoverCalls calls) : IFarScrub
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
            cancellationToken
        );
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
