namespace Longhaul.Core.Jobs;

/// <summary>How the chain of a backup job grows, and which points its retention may remove.</summary>
public enum BackupMethod
{
    /// <summary>One full, then increments; the oldest increment is merged into the full.</summary>
    ForeverForward = 1,

    /// <summary>Increments between regular fulls; an old chain goes as a whole.</summary>
    Forward = 2,

    /// <summary>The newest point is the full; the oldest is dropped.</summary>
    Reverse = 3,
}
