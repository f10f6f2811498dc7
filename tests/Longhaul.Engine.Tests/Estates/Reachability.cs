using Longhaul.Engine.Backups;
using Longhaul.Format.Segments;
using Xunit;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>Checks the liveness rule against the plain truth: what the visible points reach.</summary>
internal static class Reachability
{
    /// <summary>Every frame that is alive is reached by a visible point, directly or as a base, or is shared; and
    /// every frame reached is alive.</summary>
    internal static async Task CheckAsync(OpenBackup backup)
    {
        var reached = await ReachedAsync(backup);
        var alive = new HashSet<FrameAddress>();
        foreach (var segment in backup.Folder.State.Segments.Values)
        {
            for (var number = 0; number < segment.Frames; number++)
            {
                if (!segment.Condemned.Contains(number))
                {
                    alive.Add(new FrameAddress(segment.Id, number));
                }
            }
        }

        Assert.True(reached.IsSubsetOf(alive), "a frame that is reached was condemned");
        alive.ExceptWith(reached);
        Assert.All(
            alive,
            frame => Assert.True(backup.Folder.State.Segments[frame.Segment].Shared.Contains(frame.Number))
        );
    }

    private static async Task<HashSet<FrameAddress>> ReachedAsync(OpenBackup backup)
    {
        var reached = new HashSet<FrameAddress>();
        foreach (var point in backup.Folder.State.Points)
        {
            var view = await backup.Tables.ViewAsync(point.Id, CancellationToken.None);
            foreach (var disk in view.Disks)
            {
                await foreach (var page in disk.NonZeroPagesAsync(CancellationToken.None))
                {
                    foreach (var version in await disk.ReadPageAsync(page, CancellationToken.None))
                    {
                        if (version.Address is { } address && reached.Add(address))
                        {
                            foreach (var link in await backup.Frames.Tables.ChainAsync(address, CancellationToken.None))
                            {
                                reached.Add(link.Address);
                            }
                        }
                    }
                }
            }
        }

        // A base that only shared, unreached frames stand upon is alive for their sake.
        foreach (var segment in backup.Folder.State.Segments.Values)
        {
            foreach (var number in segment.Shared.Numbers().Where(number => !segment.Condemned.Contains(number)))
            {
                foreach (
                    var link in await backup.Frames.Tables.ChainAsync(new(segment.Id, number), CancellationToken.None)
                )
                {
                    reached.Add(link.Address);
                }
            }
        }

        return reached;
    }
}
