using System.Runtime.CompilerServices;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Format.Points;
using Longhaul.Storage.Points;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Liveness;

/// <summary>Walks everything that a machine's restore points consist of, page by page, all points at once.</summary>
/// <remarks>A page is read at the oldest point and then only where a later table names it: cost in proportion to what the
/// tables name, not to points times disk size. Memory: eight bytes for each page a table names, and one page of each point.</remarks>
/// <param name="tables">Reads the tables.</param>
/// <param name="state">The state that lists the points.</param>
/// <threadsafety>One enumeration at a time.</threadsafety>
public sealed class PageHistories(PointTables tables, BackupState state)
{
    /// <summary>Walks.</summary>
    /// <param name="points">Visible points of one machine, oldest first; may leave some out.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>Disk by disk, pages ascending; pages that are zero at all points are left out.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing, data.removed; point.not-found when a point was
    /// removed meanwhile.</exception>
    public async IAsyncEnumerable<PageHistory> ReadAsync(
        IReadOnlyList<RestorePoint> points,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        var views = new List<PointView>(points.Count);
        foreach (var point in points)
        {
            views.Add(await tables.ViewAsync(point.Id, cancellationToken).ConfigureAwait(false));
        }

        foreach (var disk in views.SelectMany(view => view.Disks).Select(disk => disk.Id).Distinct().ToArray())
        {
            var steps = await StepsAsync(disk, views, cancellationToken).ConfigureAwait(false);
            await foreach (var page in WalkAsync(disk, steps, cancellationToken).ConfigureAwait(false))
            {
                yield return page;
            }
        }
    }

    private static async IAsyncEnumerable<PageHistory> WalkAsync(
        string disk,
        List<Step> steps,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var pages = new SortedSet<long>(steps.SelectMany(step => step.Pages));
        foreach (var page in pages)
        {
            var states = new List<PageState>();
            BlockVersion[]? current = null;
            foreach (var step in steps)
            {
                if (step.TakeIf(page) && page < step.Disk.PageCount)
                {
                    current = await step.Disk.ReadPageAsync(page, cancellationToken).ConfigureAwait(false);
                    var end = Math.Clamp(step.Disk.BlockCount - (page * DiskView.Fanout), 0, DiskView.Fanout);
                    Array.Fill(current, BlockVersion.ZeroOf(step.Disk.BlockSize), (int)end, DiskView.Fanout - (int)end);
                }
                else if (step.StartsAnew)
                {
                    current = null;
                }

                if (current is not null)
                {
                    states.Add(new PageState(step.Point, step.Disk, current));
                }
            }

            yield return new PageHistory(disk, page, states);
        }
    }

    /// <summary>Finds, for each point that has the disk, the pages at which it may differ from the point before.</summary>
    private async ValueTask<List<Step>> StepsAsync(
        string id,
        List<PointView> views,
        CancellationToken cancellationToken
    )
    {
        var steps = new List<Step>();
        PointView? before = null;
        foreach (var view in views)
        {
            if (view.FindDisk(id) is not { } disk)
            {
                before = null;
                continue;
            }

            var changed =
                before?.FindDisk(id) is { } old && old.Size == disk.Size
                    ? await ChangedPagesAsync(id, before.Point, view.Point, cancellationToken).ConfigureAwait(false)
                    : null;
            if (changed is not null)
            {
                steps.Add(new Step(view.Point, disk, changed, false));
            }
            else
            {
                var all = await disk.NonZeroPagesAsync(cancellationToken)
                    .ToArrayAsync(cancellationToken)
                    .ConfigureAwait(false);
                steps.Add(new Step(view.Point, disk, all, true));
            }

            before = view;
        }

        return steps;
    }

    /// <summary>The pages that the tables after one point up to and with another name.</summary>
    /// <returns>Ascending; null when one of the tables does not build on the one before it.</returns>
    private async ValueTask<long[]?> ChangedPagesAsync(
        string id,
        RestorePoint older,
        RestorePoint younger,
        CancellationToken cancellationToken
    )
    {
        var pages = new SortedSet<long>();
        var between = state
            .Machines[younger.MachineId]
            .Tables.Where(table => table.Sequence > older.Sequence && table.Sequence <= younger.Sequence)
            .ToArray();
        if (Array.Exists(between, table => table.Complete))
        {
            // Asked before any is opened: below a complete one neither point is read through them, and they may be damaged.
            return null;
        }

        foreach (var table in between)
        {
            var file = await tables.OpenAsync(table, cancellationToken).ConfigureAwait(false);
            if (file.Disks.FirstOrDefault(disk => disk.Id == id) is not { Complete: false } disk)
            {
                return null;
            }

            await foreach (var page in disk.NamedPagesAsync(0, cancellationToken).ConfigureAwait(false))
            {
                pages.Add(page);
            }
        }

        return [.. pages];
    }

    /// <summary>One point's part of the walk.</summary>
    /// <param name="point">The point.</param>
    /// <param name="disk">The disk at that point.</param>
    /// <param name="pages">Pages to read there, ascending.</param>
    /// <param name="startsAnew">Whether the other pages are zero, not as at the point before.</param>
    private sealed class Step(RestorePoint point, DiskView disk, long[] pages, bool startsAnew)
    {
        private int _next;

        internal RestorePoint Point => point;

        internal DiskView Disk => disk;

        internal long[] Pages => pages;

        internal bool StartsAnew => startsAnew;

        /// <summary>Whether a page is to be read here; pages are asked for in ascending order.</summary>
        internal bool TakeIf(long page)
        {
            if (_next < pages.Length && pages[_next] == page)
            {
                _next++;
                return true;
            }

            return false;
        }
    }
}
