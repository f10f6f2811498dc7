using Google.Protobuf;
using Grpc.Core;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
using Longhaul.Format.Segments;
using Longhaul.Mover.Pairing;
using Longhaul.Mover.Protocol.Messages;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;

namespace Longhaul.Mover.Serving;

/// <summary>Work near the data that needs no keys: what it reads does not cross the line.</summary>
/// <param name="caller">Who calls.</param>
/// <param name="clock">Says how far it is now and then.</param>
internal sealed class CareService(Caller caller, TimeProvider clock) : Care.CareBase
{
    /// <summary>Often enough that the peer, which gives up after a minute of silence, never does.</summary>
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>How long answers are gathered for one message: the peer waits for them.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public override async Task Scrub(
        ScrubRequest request,
        IServerStreamWriter<ScrubReply> responseStream,
        ServerCallContext context
    )
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var token = over.Token;
        var (_, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Read);
        using var backup = await OpenAsync(repository, request.Folder, token).ConfigureAwait(false);
        var progress = new ScrubProgress();
        var scrubbing = new BackupVerifier(backup, progress).ScrubAsync(token).AsTask();
        using var timer = new PeriodicTimer(s_every, clock);
        try
        {
            while (!scrubbing.IsCompleted)
            {
                await responseStream.WriteAsync(progress.Reply, token).ConfigureAwait(false);
                await Task.WhenAny(scrubbing, timer.WaitForNextTickAsync(token).AsTask()).ConfigureAwait(false);
            }
        }
        finally
        {
            // Is the line lost, the backup must not be closed under it.
            if (!scrubbing.IsCompleted)
            {
                await over.CancelAsync().ConfigureAwait(false);
                await ((Task)scrubbing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        var last = progress.Reply;
        last.Found = Describe(await scrubbing.ConfigureAwait(false));
        await responseStream.WriteAsync(last, token).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task CheckFrames(
        CheckFramesRequest request,
        IServerStreamWriter<CheckFramesReply> responseStream,
        ServerCallContext context
    )
    {
        var token = context.CancellationToken;
        var (_, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Read);
        using var backup = await OpenAsync(repository, request.Folder, token).ConfigureAwait(false);
        var check = new ChainCheck(backup);
        var reply = new CheckFramesReply();
        var saidAt = clock.GetTimestamp();
        foreach (var frame in request.Frames.SelectMany(Frames))
        {
            reply.Sound.Add(await check.IsSoundAsync(frame, token).ConfigureAwait(false));
            if (clock.GetElapsedTime(saidAt) >= s_soon)
            {
                await responseStream.WriteAsync(reply, token).ConfigureAwait(false);
                reply = new CheckFramesReply();
                saidAt = clock.GetTimestamp();
            }
        }

        await responseStream.WriteAsync(reply, token).ConfigureAwait(false);
    }

    private static IEnumerable<FrameAddress> Frames(SegmentFrames asked) =>
        SegmentId.TryRead(asked.Segment.Span, out var segment) && !asked.Frames.Any(frame => frame > int.MaxValue)
            ? asked.Frames.Select(frame => new FrameAddress(segment, (int)frame))
            : throw new MoverRefusal(Failure.Types.Code.Invalid, "that is no segment or no frame of one");

    private static ScrubReply.Types.Found Describe(VerifyReport report)
    {
        var found = new ScrubReply.Types.Found
        {
            Sound = report.Damaged.Count == 0,
            Points = report.PointsChecked,
            Frames = report.BlocksChecked,
            Bytes = report.BytesRead,
        };
        foreach (var segment in report.BrokenFrames.GroupBy(frame => frame.Segment))
        {
            var broken = new SegmentFrames { Segment = ByteString.CopyFrom(segment.Key.ToBytes()) };
            broken.Frames.AddRange(segment.Select(frame => (uint)frame.Number));
            found.Broken.Add(broken);
        }

        return found;
    }

    private async Task<OpenBackup> OpenAsync(
        ServedRepository repository,
        string name,
        CancellationToken cancellationToken
    )
    {
        if (name.Contains('/', StringComparison.Ordinal) || !ObjectNames.IsValid(name))
        {
            throw new MoverRefusal(Failure.Types.Code.Invalid, "that is no backup's folder");
        }

        try
        {
            var folder =
                await BackupFolder
                    .OpenAsync(
                        new FolderStore(repository.Store, name + "/"),
                        name,
                        open: null,
                        clock,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
                ?? throw new MoverRefusal(Failure.Types.Code.NoBackup, "there is no backup");
            return new OpenBackup(folder, default, repository.Name);
        }
        catch (LonghaulException error) when (error.IsAboutData || error.Code == "format.unsupported")
        {
            throw new MoverRefusal(Failure.Types.Code.NoBackup, "it cannot be opened", error);
        }
    }
}
