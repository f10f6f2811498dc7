namespace Longhaul.Core.Retention;

/// <summary>Why a point is kept. It may be kept for several reasons.</summary>
public enum KeepReason
{
    /// <summary>Among the newest points, as many as the job keeps.</summary>
    Last = 1,

    /// <summary>Not older than the days the job keeps.</summary>
    Days = 2,

    /// <summary>The first of its week.</summary>
    Weekly = 3,

    /// <summary>The first of its month.</summary>
    Monthly = 4,

    /// <summary>The first of its quarter.</summary>
    Quarterly = 5,

    /// <summary>The first of its year.</summary>
    Yearly = 6,

    /// <summary>Forward method: its chain goes as a whole, and is needed yet.</summary>
    Chain = 7,

    /// <summary>It is incomplete: it counts for nothing, and goes when what is as old goes.</summary>
    Incomplete = 8,

    /// <summary>A person pinned it.</summary>
    Pinned = 9,

    /// <summary>It lay in the seed when the job was mapped.</summary>
    Seed = 10,

    /// <summary>It cannot be deleted yet.</summary>
    Immutable = 11,

    /// <summary>Its machine has left the job, and the time after which its points go is not over, or not set.</summary>
    Departed = 12,

    /// <summary>Its machine has left the job after a session that failed: it is not believed to be gone.</summary>
    Failed = 13,

    /// <summary>A copy job waits for the seed that was made from it.</summary>
    AwaitedSeed = 14,
}
