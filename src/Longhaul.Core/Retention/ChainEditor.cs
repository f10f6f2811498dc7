using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>Works out the kinds and parents of a chain after a step: remove, append, transform, convert.</summary>
/// <remarks>
/// <para>Any point may go alone, whatever depends on it: the tables of removed points stay as hidden bases, so a
/// step is a change of labels in one log record. What the labels say is kept honest here.</para>
/// <para>Every result satisfies <see cref="ChainRules"/> when the chain before did. In such a chain the kinds decide
/// the parents. A chain that breaks the rules is no error here: where the neighbour that a point needs is missing, the
/// point keeps the parent it names.</para>
/// </remarks>
public static class ChainEditor
{
    /// <summary>Takes points out of a chain.</summary>
    /// <param name="points">The chain, oldest first.</param>
    /// <param name="remove">Points of it; unknown ones are no error. May be all of them.</param>
    /// <param name="fulls">Points that are to be fulls afterwards, if they stay: nothing is copied for it. Null for none.</param>
    /// <remarks>
    /// <para>When an increment or a reverse increment goes, the point that needed it needs the next one on that side.
    /// When a full goes, what needed it gets a new full: the next newer point when that is an increment, else the
    /// next older when that is a reverse increment.</para>
    /// <para>Several points go oldest first, as the log does it.</para>
    /// </remarks>
    public static ChainEdit Remove(
        IReadOnlyList<RestorePoint> points,
        IReadOnlySet<PointId> remove,
        IReadOnlySet<PointId>? fulls = null
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(remove);
        var kinds = new List<(RestorePoint Point, PointKind Kind)>(points.Count);
        var inherits = false;
        for (var i = 0; i < points.Count; i++)
        {
            var kind = inherits ? PointKind.Full : points[i].Kind;
            inherits = false;
            if (!remove.Contains(points[i].Id))
            {
                kinds.Add((points[i], kind));
            }
            else if (kind == PointKind.Full)
            {
                inherits = i + 1 < points.Count && points[i + 1].Kind == PointKind.Increment;
                if (!inherits && kinds is [.., (var older, PointKind.ReverseIncrement)])
                {
                    kinds[^1] = (older, PointKind.Full);
                }
            }
        }

        for (var i = 0; i < kinds.Count; i++)
        {
            if (fulls?.Contains(kinds[i].Point.Id) == true)
            {
                kinds[i] = (kinds[i].Point, PointKind.Full);
            }
        }

        return ChainEdit.Between(points, Link(kinds));
    }

    /// <summary>Takes one point out of a chain.</summary>
    /// <inheritdoc cref="Remove(IReadOnlyList{RestorePoint}, IReadOnlySet{PointId}, IReadOnlySet{PointId})"/>
    public static ChainEdit Remove(IReadOnlyList<RestorePoint> points, PointId remove) =>
        Remove(points, new HashSet<PointId> { remove });

    /// <summary>Puts a new point at the end of a chain.</summary>
    /// <param name="points">The chain, oldest first; may be empty.</param>
    /// <param name="point">The new point; its kind and parent are overruled.</param>
    /// <param name="kind">How it was made. The first point of a chain is a full whatever this says.</param>
    /// <param name="transform">With a synthetic full only: the points it follows become reverse increments.</param>
    /// <returns>The chain with the new point last, in the kind it got, and what changes before it.</returns>
    /// <remarks>Transformed, and turned by a reverse full, are the last full before the new point and the increments
    /// upon it; older runs stay as they are.</remarks>
    public static ChainEdit Append(
        IReadOnlyList<RestorePoint> points,
        RestorePoint point,
        NewPointKind kind,
        bool transform = false
    )
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(point);
        var kinds = points.Select(old => (Point: old, old.Kind)).ToList();
        if (kind == NewPointKind.ReverseFull || (kind == NewPointKind.SyntheticFull && transform))
        {
            TurnLastRun(kinds);
        }

        var isIncrement = kind == NewPointKind.Increment && points.Count > 0;
        kinds.Add((point, isIncrement ? PointKind.Increment : PointKind.Full));
        return ChainEdit.Between(points, Link(kinds));
    }

    /// <summary>Makes a chain forward incremental: the oldest a full, each other an increment upon the one before.</summary>
    /// <param name="points">The chain, oldest first.</param>
    /// <returns>A chain that has no reverse increment is left as it is, its later fulls too.</returns>
    public static ChainEdit ConvertToForward(IReadOnlyList<RestorePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.All(point => point.Kind != PointKind.ReverseIncrement))
        {
            return ChainEdit.Between(points, points);
        }

        var kinds = points.Select((point, i) => (point, i == 0 ? PointKind.Full : PointKind.Increment)).ToList();
        return ChainEdit.Between(points, Link(kinds));
    }

    private static void TurnLastRun(List<(RestorePoint Point, PointKind Kind)> kinds)
    {
        for (var i = kinds.Count - 1; i >= 0; i--)
        {
            var wasFull = kinds[i].Kind == PointKind.Full;
            kinds[i] = (kinds[i].Point, PointKind.ReverseIncrement);
            if (wasFull)
            {
                return;
            }
        }
    }

    private static List<RestorePoint> Link(List<(RestorePoint Point, PointKind Kind)> kinds) =>
        [
            .. kinds.Select(
                (entry, i) =>
                    entry.Point with
                    {
                        Kind = entry.Kind,
                        Parent = entry.Kind switch
                        {
                            PointKind.Increment => i == 0 ? entry.Point.Parent : kinds[i - 1].Point.Id,
                            PointKind.ReverseIncrement => i == kinds.Count - 1
                                ? entry.Point.Parent
                                : kinds[i + 1].Point.Id,
                            _ => null,
                        },
                    }
            ),
        ];
}
