using Longhaul.Core.Backups;

namespace Longhaul.Core.Retention;

/// <summary>What holds in every chain, before and after every step.</summary>
/// <remarks>
/// <para>A full has no parent. An increment's parent is the next older visible point, a reverse increment's the next
/// newer one. So the oldest is never an increment, the newest never a reverse increment, and no increment stands
/// directly upon a reverse increment (the two would need each other); with that every point reaches a full.</para>
/// <para>Source: docs/format.md, section "Kinds".</para>
/// </remarks>
public static class ChainRules
{
    /// <summary>Finds what is wrong with a chain.</summary>
    /// <param name="points">The visible points of one machine, oldest first.</param>
    /// <returns>One clause for each fault, oldest point first; empty when the chain is sound.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyList<RestorePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        var faults = new List<string>();
        for (var i = 0; i < points.Count; i++)
        {
            if (FaultAt(points, i) is { } fault)
            {
                faults.Add(fault);
            }
        }

        return faults;
    }

    private static string? FaultAt(IReadOnlyList<RestorePoint> points, int index)
    {
        var point = points[index];
        var older = index == 0 ? null : points[index - 1];
        var newer = index == points.Count - 1 ? null : points[index + 1];
        return point.Kind switch
        {
            _ when older is not null && older.Sequence >= point.Sequence =>
                $"point {point.Id} is number {point.Sequence}, the one before it is number {older.Sequence}",
            PointKind.Full when point.Parent is not null => $"full {point.Id} names a parent, {point.Parent}",
            PointKind.Full => null,
            PointKind.Increment when older is null => $"increment {point.Id} has no older point to stand on",
            PointKind.Increment when older.Kind == PointKind.ReverseIncrement =>
                $"increment {point.Id} stands on reverse increment {older.Id}",
            PointKind.Increment when point.Parent != older.Id =>
                $"increment {point.Id} needs {Named(point.Parent)}, the next older point is {older.Id}",
            PointKind.ReverseIncrement when newer is null =>
                $"reverse increment {point.Id} has no newer point to stand on",
            PointKind.ReverseIncrement when point.Parent != newer.Id =>
                $"reverse increment {point.Id} needs {Named(point.Parent)}, the next newer point is {newer.Id}",
            _ => null,
        };
    }

    private static string Named(PointId? parent) => parent?.ToString() ?? "no point";
}
