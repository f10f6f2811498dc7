namespace Longhaul.Engine.Runs;

/// <summary>How the restore point was found against which a run computed what to store.</summary>
public enum BaselineFoundBy
{
    /// <summary>There is none: a full.</summary>
    None = 0,

    /// <summary>The target's newest point is, or records, a source point that is still there with an equal root.</summary>
    Lineage = 1,

    /// <summary>By comparing digest trees.</summary>
    Digests = 2,
}
