using Longhaul.Storage.Points;

namespace Longhaul.Engine.Points;

/// <summary>Names, in a new table's dead list, the frames of disks that are gone or became shorter.</summary>
internal static class OldDisks
{
    /// <summary>Names the frames past the end of a disk that became shorter.</summary>
    /// <param name="builder">The new point.</param>
    /// <param name="old">The disk before; null when there was none.</param>
    /// <param name="size">Its size now, in bytes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async ValueTask BuryEndAsync(
        PointBuilder builder,
        DiskView? old,
        long size,
        CancellationToken cancellationToken
    )
    {
        if (old is not null && old.Size > size)
        {
            var first = (size + old.BlockSize - 1) / old.BlockSize;
            await BuryAsync(builder, old, first, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Names the frames of disks the machine no longer has.</summary>
    /// <param name="builder">The new point.</param>
    /// <param name="before">The disks before.</param>
    /// <param name="now">Identities of the disks now.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    internal static async ValueTask BuryAsync(
        PointBuilder builder,
        IReadOnlyList<DiskView> before,
        IReadOnlySet<string> now,
        CancellationToken cancellationToken
    )
    {
        foreach (var gone in before.Where(disk => !now.Contains(disk.Id)))
        {
            await BuryAsync(builder, gone, 0, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask BuryAsync(
        PointBuilder builder,
        DiskView disk,
        long firstBlock,
        CancellationToken cancellationToken
    )
    {
        await foreach (var page in disk.NonZeroPagesAsync(cancellationToken).ConfigureAwait(false))
        {
            var versions = await disk.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
            for (var slot = 0; slot < versions.Length; slot++)
            {
                if ((page * DiskView.Fanout) + slot >= firstBlock && versions[slot].Address is { } address)
                {
                    builder.AddDead(address);
                }
            }
        }
    }
}
