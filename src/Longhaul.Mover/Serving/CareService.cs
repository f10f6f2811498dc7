using Google.Protobuf;
using Grpc.Core;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Verifying;
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

    /// <inheritdoc/>
    public override async Task Scrub(
        ScrubRequest request,
        IServerStreamWriter<ScrubReply> responseStream,
        ServerCallContext context
    )
    {
        var token = context.CancellationToken;
        var (_, repository) = caller.Enter(context.GetHttpContext(), request.Repository, MoverPermissions.Read);
        using var backup = await OpenAsync(repository, request.Folder, token).ConfigureAwait(false);
        var progress = new ScrubProgress();
        var scrubbing = new BackupVerifier(backup, progress).ScrubAsync(token).AsTask();
        using var timer = new PeriodicTimer(s_every, clock);
        while (!scrubbing.IsCompleted)
        {
            await responseStream.WriteAsync(progress.Reply, token).ConfigureAwait(false);
            await Task.WhenAny(scrubbing, timer.WaitForNextTickAsync(token).AsTask()).ConfigureAwait(false);
        }

        var last = progress.Reply;
        last.Found = Describe(await scrubbing.ConfigureAwait(false));
        await responseStream.WriteAsync(last, token).ConfigureAwait(false);
    }

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
            var broken = new ScrubReply.Types.Broken { Segment = ByteString.CopyFrom(segment.Key.ToBytes()) };
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
