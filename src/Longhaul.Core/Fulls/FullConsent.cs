using Longhaul.Core.Jobs;

namespace Longhaul.Core.Fulls;

/// <summary>The law of announced fulls: no full crosses the wire that nobody was told of.</summary>
/// <remarks>
/// <para>Announced is: what <c>--full</c> asks for; every machine in the first run of a job that was not mapped; a
/// machine that the verdict at mapping listed as missing; a full that a plan showed, for that machine and for that
/// reason. A plan that showed a full for one reason announces none for another. A full that stands alone is announced by
/// the job's own definition.</para>
/// <para>An announcement is used up by the full it allowed.</para>
/// </remarks>
public static class FullConsent
{
    /// <summary>Whether a full may be made.</summary>
    /// <param name="need">The full that a run would have to make.</param>
    /// <param name="consent">What was announced.</param>
    /// <returns>Null when it may; else the refusal, <c>copy.full-unannounced</c>.</returns>
    public static LonghaulException? Refusal(FullNeed need, FullConsentFacts consent)
    {
        ArgumentNullException.ThrowIfNull(need);
        ArgumentNullException.ThrowIfNull(consent);
        var allowed =
            need.Reason == FullReason.Standalone
            || consent.FullAsked
            || consent.FirstRunUnmapped
            || consent.Announced.Any(announced => announced.Machine == need.Machine && announced.Reason == need.Reason);
        return allowed
            ? null
            : Errors.CopyFullUnannounced(need.MachineName, Describe(need.Reason), need.Bytes, consent.JobName);
    }

    /// <summary>What a verdict announces when a job is mapped by it: a full of each machine the seed lacks.</summary>
    /// <param name="verdict">The verdict that was shown.</param>
    /// <remarks>A machine whose content differs is not announced: that full needs consent of its own.</remarks>
    public static IReadOnlyList<FullAnnouncement> AnnouncedBy(Mapping.MappingVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return
        [
            .. verdict
                .Machines.Where(machine => machine.SeedMachine is null)
                .Select(machine => new FullAnnouncement(machine.Machine, FullReason.FirstCopy)),
        ];
    }

    /// <summary>What a job does whose backup is no more, a clause with the job as its subject.</summary>
    /// <param name="job">The job.</param>
    /// <remarks>A backup job asks nobody: what it reads crosses no line. A copy job's full needs consent.</remarks>
    public static string WithoutBackup(JobDefinition job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.IsCopy
            ? $"copies nothing until you let it send everything anew: 'longhaul job run {job.Name} --full'"
            : "begins anew, with a full";
    }

    /// <summary>A reason in words, as plans show it.</summary>
    /// <param name="reason">The reason.</param>
    public static string Describe(FullReason reason) =>
        reason switch
        {
            FullReason.FirstCopy => "it has no restore point in the job's backup yet",
            FullReason.ContentDiffers => "most of its content differs from the machine of that name in the seed",
            FullReason.Standalone => "the job's fulls stand alone (--standalone-fulls), and this point is one",
            FullReason.BackupGone => "the job's backup is no longer there",
            _ => "it no longer matches a machine in the job's backup",
        };
}

/// <summary>A full that a run would make.</summary>
/// <param name="Machine">The machine, by the job's id.</param>
/// <param name="MachineName">Its name.</param>
/// <param name="Reason">Why it must be a full.</param>
/// <param name="Bytes">What would be sent, in bytes; an upper bound.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FullNeed(MachineId Machine, string MachineName, FullReason Reason, long Bytes);

/// <summary>A full that the operator was told of.</summary>
/// <param name="Machine">The machine, by the job's id.</param>
/// <param name="Reason">The reason that was given.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FullAnnouncement(MachineId Machine, FullReason Reason);

/// <summary>What was announced for a run.</summary>
/// <param name="JobName">The job, for the hint.</param>
/// <param name="FullAsked">Whether the run has <c>--full</c>.</param>
/// <param name="FirstRunUnmapped">Whether the job never ran and is not mapped.</param>
/// <param name="Announced">By the verdict at mapping, and by plans shown since; not used up yet.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record FullConsentFacts(
    string JobName,
    bool FullAsked,
    bool FirstRunUnmapped,
    IReadOnlyList<FullAnnouncement> Announced
);

/// <summary>Why a copy must be a full.</summary>
public enum FullReason
{
    /// <summary>The machine has no point in the job's backup yet: the job's first run, a machine that the seed lacked, or
    /// one that came later.</summary>
    FirstCopy = 1,

    /// <summary>Matched by name, but most of it differs.</summary>
    ContentDiffers = 3,

    /// <summary>The job's backup has vanished, or was unmapped.</summary>
    BackupGone = 4,

    /// <summary>The machine was matched once, and is no longer.</summary>
    NoLongerMatched = 5,

    /// <summary>The job's fulls stand alone, and the point is to be one.</summary>
    Standalone = 6,
}
