using Longhaul.Format;
using Longhaul.Format.Keys;
using Longhaul.Format.Points;
using Longhaul.Fuzz.Repairs;

namespace Longhaul.Fuzz.Targets;

/// <summary>A point file: opened, its tree walked, its pages and its dead list read.</summary>
internal sealed class PointTarget : IFuzzTarget
{
    /// <summary>Pages that are read of each disk: a forged tree may name billions.</summary>
    private const int MaxPages = 64;

    private static readonly string[] s_refusals = [.. Expect.Damage, "backup.locked"];

    /// <inheritdoc/>
    public static string Name => "point";

    /// <summary>Pages are read again for each way to read them, and kept.</summary>
    public static long Allowance(int length) => (16 << 20) + (4096L * length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        Check(input.ToArray(), null);
        Check(input.ToArray(), FuzzKeys.Key);
        Check(PointRepair.Run(input), null);
    }

    private static void Check(byte[] bytes, ListKey? key)
    {
        var file = new MemoryRange(bytes);
        _ = Expect.Refusable(
            () => Expect.Now(PointFile.ReadDeadListAsync(file, CancellationToken.None)),
            Expect.Damage
        );
        var point = Expect.Refusable(
            () => Expect.Now(PointFile.OpenAsync(file, new NodeCache(1 << 20), key, CancellationToken.None)),
            s_refusals
        );
        if (point is null)
        {
            return;
        }

        _ = Expect.Refusable(() => Expect.Now(point.ReadDeadListAsync(CancellationToken.None)), Expect.Damage);
        foreach (var disk in point.Disks)
        {
            _ = Expect.Refusable(() => (object)Expect.Now(WalkAsync(disk)), Expect.Damage);
        }
    }

    private static async ValueTask<int> WalkAsync(DiskTableReader disk)
    {
        var pages = 0;
        await foreach (var page in disk.NamedPagesAsync(0, CancellationToken.None).ConfigureAwait(false))
        {
            Expect.That(page >= 0 && page < disk.Shape.Pages, $"page {page} is named of {disk.Shape.Pages}");
            if (++pages > MaxPages)
            {
                break;
            }

            var whole = await disk.ReadPageAsync(page, CancellationToken.None).ConfigureAwait(false);
            Expect.That(whole is not null, "a page that is named is not there");
        }

        return pages;
    }
}
