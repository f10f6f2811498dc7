using Longhaul.Engine.Backups;
using Longhaul.Format.Segments;
using Longhaul.Storage.State;
using Xunit;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>Checks the liveness rule against the plain truth: what the visible points reach.</summary>
internal static class Reachability
{
    /// <summary>Every frame that is alive is reached by a visible point, directly or as a base, or is shared; and
    /// every frame reached is alive.</summary>
    internal static async Task CheckAsync(OpenBackup backup)
    {
        var reached = (await ReachedAsync(backup)).Keys.ToHashSet();
        var segments = backup.Folder.State.Segments;
        foreach (var segment in segments.Values)
        {
            // A base that only shared, unreached frames stand upon is alive for their sake.
            foreach (var number in segment.Shared.Numbers().Where(number => !segment.Condemned.Contains(number)))
            {
                var chain = await backup.Frames.Tables.ChainAsync(new(segment.Id, number), CancellationToken.None);
                reached.UnionWith(chain.Select(link => link.Address));
            }
        }

        var alive = AliveOf(backup.Folder.State);
        Assert.True(reached.IsSubsetOf(alive), "a frame that is reached was condemned");
        alive.ExceptWith(reached);
        Assert.All(alive, frame => Assert.True(segments[frame.Segment].Shared.Contains(frame.Number)));
    }

    /// <summary>The frames that no record has condemned.</summary>
    internal static HashSet<FrameAddress> AliveOf(BackupState state) =>
        state
            .Segments.Values.SelectMany(segment =>
                Enumerable
                    .Range(0, segment.Frames)
                    .Where(frame => !segment.Condemned.Contains(frame))
                    .Select(frame => new FrameAddress(segment.Id, frame))
            )
            .ToHashSet();

    /// <summary>What the visible points reach, directly and as bases, by reading every page of every point.</summary>
    internal static async Task<Dictionary<FrameAddress, HashSet<PointId>>> ReachedAsync(OpenBackup backup)
    {
        var reached = new Dictionary<FrameAddress, HashSet<PointId>>();
        foreach (var point in backup.Folder.State.Points)
        {
            var view = await backup.Tables.ViewAsync(point.Id, CancellationToken.None);
            foreach (var disk in view.Disks)
            {
                await foreach (var page in disk.NonZeroPagesAsync(CancellationToken.None))
                {
                    foreach (var version in await disk.ReadPageAsync(page, CancellationToken.None))
                    {
                        if (version.Address is not { } address)
                        {
                            continue;
                        }

                        foreach (var link in await backup.Frames.Tables.ChainAsync(address, CancellationToken.None))
                        {
                            reached.TryAdd(link.Address, []);
                            reached[link.Address].Add(point.Id);
                        }
                    }
                }
            }
        }

        return reached;
    }
}
