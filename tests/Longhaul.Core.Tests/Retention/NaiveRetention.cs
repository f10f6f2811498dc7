using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;

namespace Longhaul.Core.Tests.Retention;

/// <summary>Retention as one would do it by hand: cut the chain in pieces, take the oldest piece away while it may go.</summary>
internal static class NaiveRetention
{
    public static IReadOnlyList<RestorePoint> Keep(IReadOnlyList<RestorePoint> points, BackupMethod method, int keep)
    {
        var pieces = new List<List<RestorePoint>>();
        foreach (var point in points)
        {
            if (method == BackupMethod.Forward && point.Kind == PointKind.Increment)
            {
                pieces[^1].Add(point);
            }
            else
            {
                pieces.Add([point]);
            }
        }

        var pinned = new List<RestorePoint>();
        while (
            pieces.Count > 0
            && pieces.Skip(1).SelectMany(piece => piece).Count(p => p.IsComplete && p.Pin == PinReason.None) >= keep
        )
        {
            pinned.AddRange(pieces[0].Where(point => point.Pin != PinReason.None));
            pieces.RemoveAt(0);
        }

        return [.. pinned, .. pieces.SelectMany(piece => piece)];
    }
}
