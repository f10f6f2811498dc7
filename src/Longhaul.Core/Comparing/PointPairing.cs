using Longhaul.Core.Backups;

namespace Longhaul.Core.Comparing;

/// <summary>Which restore points of two backups are to be the same state of the same machine.</summary>
/// <param name="Pairs">Points of the one and of the other, in the order of the first.</param>
/// <param name="OnlyInA">Points that the second does not have, in the order of the first.</param>
/// <param name="OnlyInB">Points that the first does not have, in the order of the second.</param>
/// <remarks>Whose source is whose tells, also when a mapped copy goes on under the seed's machine id; points that say nothing
/// of the kind are paired by machine and time, which a copy keeps.</remarks>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointPairing(
    IReadOnlyList<(RestorePoint A, RestorePoint B)> Pairs,
    IReadOnlyList<RestorePoint> OnlyInA,
    IReadOnlyList<RestorePoint> OnlyInB
)
{
    /// <summary>Pairs them; each point at most once, by the surest sign first.</summary>
    /// <param name="a">All points of one backup; ids unique.</param>
    /// <param name="b">All points of the other; ids unique.</param>
    public static PointPairing Of(IReadOnlyList<RestorePoint> a, IReadOnlyList<RestorePoint> b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var found = new Dictionary<PointId, RestorePoint>();
        var taken = new HashSet<PointId>();
        Pair(point => point.Id, point => point.Id); // carried
        Pair(point => point.Id, point => point.SourcePoint); // the second is the copy
        Pair(point => point.SourcePoint, point => point.Id); // the first is
        Pair(point => point.SourcePoint, point => point.SourcePoint); // both are
        Pair(point => (point.MachineId, point.CreatedAt), point => (point.MachineId, point.CreatedAt));
        return new(
            [.. a.Where(point => found.ContainsKey(point.Id)).Select(point => (point, found[point.Id]))],
            [.. a.Where(point => !found.ContainsKey(point.Id))],
            [.. b.Where(point => !taken.Contains(point.Id))]
        );

        void Pair(Func<RestorePoint, object?> signOfA, Func<RestorePoint, object?> signOfB)
        {
            var open = b.Where(point => !taken.Contains(point.Id) && signOfB(point) is not null)
                .ToLookup(point => signOfB(point)!);
            foreach (var point in a.Where(point => !found.ContainsKey(point.Id)))
            {
                if (
                    signOfA(point) is { } sign
                    && open[sign].FirstOrDefault(other => !taken.Contains(other.Id)) is { } other
                )
                {
                    found.Add(point.Id, other);
                    taken.Add(other.Id);
                }
            }
        }
    }
}
