using Longhaul.Core.Backups;
using Longhaul.Format.Descriptors;

namespace Longhaul.Engine.Verifying;

/// <summary>Collects damage: the first of it one by one, the rest as a number, and who suffers from any of it.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
internal sealed class DamageList
{
    private readonly List<Damage> _listed = [];
    private readonly HashSet<PointId> _suffering = [];
    private readonly HashSet<PointId> _lacking = [];
    private long _count;

    /// <summary>How much there is.</summary>
    internal long Count => _count;

    /// <summary>The damage listed one by one.</summary>
    internal IReadOnlyList<Damage> Listed => _listed;

    /// <summary>How much more there is.</summary>
    internal long Unlisted => _count - _listed.Count;

    /// <summary>Every point that suffers.</summary>
    internal IReadOnlySet<PointId> Suffering => _suffering;

    /// <summary>Those of them that lack something of a point file or segment.</summary>
    internal IReadOnlySet<PointId> Lacking => _lacking;

    /// <summary>Adds one.</summary>
    /// <param name="damage">What was found.</param>
    internal void Add(Damage damage)
    {
        _count++;
        _suffering.UnionWith(damage.Points);
        if (BackupNames.IsData(damage.File))
        {
            _lacking.UnionWith(damage.Points);
        }

        if (_listed.Count < BackupVerifier.DamageLimit)
        {
            _listed.Add(damage);
        }
    }

    /// <summary>Adds damage to a file that whole restore points need.</summary>
    /// <param name="points">Who suffers.</param>
    /// <param name="machine">The machine's name; null when it is not one machine's.</param>
    /// <param name="fault">Where and what.</param>
    internal void Add(IEnumerable<RestorePoint> points, string? machine, Fault fault) =>
        Add(
            new Damage
            {
                Points = [.. points.Select(point => point.Id)],
                Machine = machine,
                File = fault.File,
                Offset = fault.Offset,
                What = fault.What,
            }
        );

    /// <summary>Adds all of another list.</summary>
    /// <param name="other">The other list.</param>
    internal void Add(DamageList other)
    {
        foreach (var damage in other._listed)
        {
            Add(damage);
        }

        _count += other.Unlisted;
        _suffering.UnionWith(other._suffering);
        _lacking.UnionWith(other._lacking);
    }
}
