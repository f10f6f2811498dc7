using Longhaul.Core.Jobs;
using Longhaul.Core.Retention;

namespace Longhaul.Core.Fulls;

/// <summary>Decides whether the new point of a machine is a full, and of which sort.</summary>
/// <remarks>
/// <para>The first point is a full. Then what this run was told wins; an active full over a synthetic one. Then what
/// is due: "every N" makes the N-th point after a full the next full, so N = 7 makes one full in seven points, and
/// N = 1 only fulls. Active fulls count from the last active one, synthetic ones from the last of either sort, so that
/// each keeps its own pace. Else the method decides.</para>
/// <para>Where a job's fulls stand alone, each of them is stored whole, and the first point of every period of its
/// long-term rules is one: what retention makes a full by label alone shares its blocks with the points beside it.</para>
/// </remarks>
public static class FullPolicy
{
    /// <summary>A synthetic full at every 7th run, for jobs of the forward method that name no fulls: without any, the
    /// first chain would never end and retention never remove a point.</summary>
    public const int DefaultSyntheticFullEvery = 7;

    /// <summary>Decides for a backup job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="chainIsEmpty">Whether the machine has no point yet in the job's backup.</param>
    /// <param name="since">Points made since the last fulls.</param>
    /// <param name="asked">What this run was told.</param>
    /// <param name="beginsPeriod">Whether the point is the first of a period, as <see cref="LongTermFulls"/> says.</param>
    public static FullDecision Decide(
        JobDefinition job,
        bool chainIsEmpty,
        PointsSinceFull since,
        FullRequest asked,
        bool beginsPeriod = false
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(since);
        if (chainIsEmpty || asked.Full)
        {
            return new(NewPointKind.ActiveFull, Transform: false, job.StandaloneFulls);
        }

        var otherwise = job.Method == BackupMethod.Reverse ? NewPointKind.ReverseFull : NewPointKind.Increment;
        var isSynthetic = asked.SyntheticFull || IsDue(SyntheticFullEvery(job), since.Any);
        var kind = 0 switch
        {
            _ when !asked.SyntheticFull && IsDue(job.FullEvery, since.Active) => NewPointKind.ActiveFull,
            _ when job.StandaloneFulls && beginsPeriod => NewPointKind.ActiveFull,
            _ when isSynthetic && job.Method != BackupMethod.Reverse => NewPointKind.SyntheticFull,
            _ => otherwise,
        };
        return new(
            kind,
            kind == NewPointKind.SyntheticFull && (asked.Transform || job.Transform),
            job.StandaloneFulls && kind != NewPointKind.Increment
        );
    }

    /// <summary>Decides for a copy job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="chainIsEmpty">Whether the machine has no point yet in the job's backup.</param>
    /// <param name="asked">What this run was told; only <see cref="FullRequest.Full"/> counts.</param>
    /// <param name="beginsPeriod">Whether the point is the first of a period, as <see cref="LongTermFulls"/> says.</param>
    /// <returns>Copies are forever-forward. A full asked for is a synthetic one, as the target has what it has; but an
    /// active one where fulls stand alone.</returns>
    public static FullDecision DecideForCopy(
        JobDefinition job,
        bool chainIsEmpty,
        FullRequest asked,
        bool beginsPeriod = false
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(asked);
        var isAlone = job.StandaloneFulls && (chainIsEmpty || asked.Full || beginsPeriod);
        var kind = 0 switch
        {
            _ when chainIsEmpty || isAlone => NewPointKind.ActiveFull,
            _ when asked.Full => NewPointKind.SyntheticFull,
            _ => NewPointKind.Increment,
        };
        return new(kind, Transform: false, isAlone);
    }

    /// <summary>How often a job makes a synthetic full, its default included.</summary>
    /// <param name="job">A backup job.</param>
    /// <returns>In runs; 0 never.</returns>
    public static int SyntheticFullEvery(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job is { Method: BackupMethod.Forward, FullEvery: 0, SyntheticFullEvery: 0 }
            ? DefaultSyntheticFullEvery
            : job.SyntheticFullEvery;
    }

    private static bool IsDue(int every, int points) => every > 0 && points + 1 >= every;
}

/// <summary>Points a machine got since its last fulls, without those; 0 or more.</summary>
/// <param name="Active">Since the last that was read whole.</param>
/// <param name="Any">Since the last that was made as a full; a full that a merge made is none. By the reverse method every
/// newest point is a full, so it is <paramref name="Active"/>.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PointsSinceFull(int Active, int Any);

/// <summary>How the new point is made.</summary>
/// <param name="Kind">As what.</param>
/// <param name="Transform">Whether the full before it and its increments become reverse increments; only with a
/// synthetic full.</param>
/// <param name="Standalone">Whether it is stored whole: no block is compared with, made a delta upon, or referenced in what
/// there is. Never of an increment.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FullDecision(NewPointKind Kind, bool Transform, bool Standalone = false)
{
    /// <summary>Only what changed.</summary>
    public static FullDecision None { get; } = new(NewPointKind.Increment, Transform: false);
}

/// <summary>What one run was told about fulls.</summary>
/// <param name="Full">An active full.</param>
/// <param name="SyntheticFull">A synthetic full.</param>
/// <param name="Transform">With a synthetic full: transform what is before it.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FullRequest(bool Full = false, bool SyntheticFull = false, bool Transform = false);
