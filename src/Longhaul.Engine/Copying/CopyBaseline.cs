using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Engine.Backups;
using Longhaul.Engine.Points;
using Longhaul.Engine.Runs;
using Longhaul.Storage.Points;

namespace Longhaul.Engine.Copying;

/// <summary>What a copy of one machine builds upon: the newest point of it at the target.</summary>
/// <remarks>
/// <para>By lineage, when the target's newest point is, or records, a source point that is still in the source chain and
/// both roots are equal: then the source's own tables tell what changed, and no digest crosses the wire. Else by digests.</para>
/// <para>Source: docs/decisions, "One way to find what changed".</para>
/// </remarks>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class CopyBaseline
{
    private readonly PointView? _target;
    private readonly PointView? _lineage;
    private readonly bool _sameBlockSize;

    private CopyBaseline(PointView? target, PointView? lineage, bool sameBlockSize)
    {
        _target = target;
        _lineage = lineage;
        _sameBlockSize = sameBlockSize;
    }

    /// <summary>The target's newest point; null when it has none.</summary>
    internal RestorePoint? Point => _target?.Point;

    /// <summary>How it was found.</summary>
    internal BaselineFoundBy FoundBy =>
        _target is null ? BaselineFoundBy.None
        : _lineage is not null ? BaselineFoundBy.Lineage
        : BaselineFoundBy.Digests;

    /// <summary>The disks of the target's newest point.</summary>
    internal IReadOnlyList<DiskView> Disks => _target?.Disks ?? [];

    /// <summary>Finds the baseline of a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="target">The job's backup; null when it is not made yet.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="LonghaulException">data errors of either backup.</exception>
    internal static async ValueTask<CopyBaseline> FindAsync(
        CopyMachine machine,
        OpenBackup? target,
        CancellationToken cancellationToken
    )
    {
        if (target?.Folder.State.Machines.GetValueOrDefault(machine.Target)?.Newest is not { } newest)
        {
            return new CopyBaseline(null, null, sameBlockSize: true);
        }

        var origin = FindOrigin(machine, newest);
        if (origin is not null)
        {
            await target
                .Tables.BringNearAsync(machine.Target, 2 * ChangeSize(machine, origin), cancellationToken)
                .ConfigureAwait(false);
        }

        var view = await target.Tables.ViewAsync(newest.Id, cancellationToken).ConfigureAwait(false);
        var lineage = origin is null
            ? null
            : await machine.Source.Tables.ViewAsync(origin.Id, cancellationToken).ConfigureAwait(false);
        return new CopyBaseline(
            view,
            lineage,
            machine.Source.Folder.Descriptor.BlockSize == target.Folder.Descriptor.BlockSize
        );
    }

    /// <summary>What one disk builds upon.</summary>
    /// <param name="disk">The disk's identity.</param>
    /// <returns>Null when the target has no such disk.</returns>
    internal Baseline? FindDisk(string disk)
    {
        if (_target?.FindDisk(disk) is not { } stored)
        {
            return null;
        }

        // Where block sizes differ, the source's tables cannot stand in for the target's page by page.
        var content = _sameBlockSize ? _lineage?.FindDisk(disk) : null;
        return new Baseline(content ?? stored, stored);
    }

    /// <summary>The disk at the source point the baseline came from.</summary>
    /// <param name="disk">The disk's identity.</param>
    /// <returns>Null when that point is gone, or had no such disk.</returns>
    internal DiskView? FindLineage(string disk) => _lineage?.FindDisk(disk);

    private static RestorePoint? FindOrigin(CopyMachine machine, RestorePoint newest)
    {
        var chain = machine.Source.Folder.State.Machines.GetValueOrDefault(machine.Point.MachineId)?.Points ?? [];
        return chain.FirstOrDefault(point => IsSame(point, newest) && point.Root == newest.Root);
    }

    /// <summary>Bytes of the tables that say what changed since the origin. Every block in them is looked for at the target: of
    /// a table about as long nearly every node is asked for, and to read it whole is one request instead of hundreds.</summary>
    private static long ChangeSize(CopyMachine machine, RestorePoint origin) =>
        machine
            .Source.Folder.State.Machines[machine.Point.MachineId]
            .Tables.Where(table =>
                table.Sequence > origin.Sequence && table.Sequence <= machine.Point.Sequence && !table.Complete
            )
            .Sum(table => table.Size);

    private static bool IsSame(RestorePoint source, RestorePoint target) =>
        source.Id == target.Id
        || source.Id == target.SourcePoint
        || (source.SourcePoint is { } origin && (origin == target.Id || origin == target.SourcePoint));
}
