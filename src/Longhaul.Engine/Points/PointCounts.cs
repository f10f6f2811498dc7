namespace Longhaul.Engine.Points;

/// <summary>What it took to make one restore point.</summary>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed record PointCounts
{
    /// <summary>Blocks that differ from the baseline.</summary>
    public long BlocksChanged { get; set; }

    /// <summary>Of them, stored as a delta.</summary>
    public long BlocksDelta { get; set; }

    /// <summary>Of them, found at the target and referenced.</summary>
    public long BlocksKnown { get; set; }

    /// <summary>Bytes read from the disks or the source backup.</summary>
    public long BytesRead { get; set; }

    /// <summary>Bytes written to segments and the point file.</summary>
    public long BytesWritten { get; set; }

    /// <summary>Of them, stored by an interrupted run, so that this one did not have to.</summary>
    public long BlocksResumed { get; set; }
}
