namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>job.source-kind: an agent copy job was given sources that are no agents', or the reverse.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="wantsAgents">Whether the job copies agents' backups.</param>
    /// <param name="sources">The sources that do not fit, such as <c>job 'nightly'</c>.</param>
    public static LonghaulException JobSourceKind(string job, bool wantsAgents, IReadOnlyList<string> sources) =>
        new(
            "job.source-kind",
            Retry.Never,
            $"job '{job}' copies {(wantsAgents ? "agents' backups" : "machines' backups, not agents'")}; "
                + $"these are of the other kind: {string.Join(", ", sources)}",
            wantsAgents
                ? "Use 'longhaul job add copy' for them; an agent copy job takes agent jobs and their backups only."
                : "Use 'longhaul job add agent-copy' for them; a copy job takes no agents' backups.",
            details: new Dictionary<string, object?> { ["job"] = job, ["sources"] = sources }
        );

    /// <summary>job.method: agent backup jobs make forward chains only.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="method">The method asked for.</param>
    public static LonghaulException JobMethod(string job, string method) =>
        new(
            "job.method",
            Retry.Never,
            $"agent backup job '{job}' cannot use {method}: agents make forward chains only",
            "Use --method forever-forward or --method forward, without --transform.",
            details: new Dictionary<string, object?> { ["job"] = job, ["method"] = method }
        );

    /// <summary>job.unsupported: a job asks for something this version does not do.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="what">What is asked for, such as <c>--encrypt</c>.</param>
    public static LonghaulException JobUnsupported(string job, string what) =>
        new(
            "job.unsupported",
            Retry.AfterOperator,
            $"job '{job}' asks for {what}, which this version does not do",
            "Leave it out, or use a newer longhaul. Nothing was saved.",
            details: new Dictionary<string, object?> { ["job"] = job, ["option"] = what }
        );

    /// <summary>repository.known: the repository at this place is added already.</summary>
    /// <param name="name">The name it was added under.</param>
    /// <param name="location">The place given now.</param>
    /// <param name="knownLocation">The place it was added with.</param>
    public static LonghaulException RepositoryKnown(string name, string location, string knownLocation) =>
        new(
            "repository.known",
            Retry.Never,
            $"the repository at {location} is known as '{name}', at {knownLocation}",
            $"Was it moved? Then add it as '{name}' again, once the old place is gone. "
                + "Was the whole repository copied? Copy backup folders instead: a repository's id must stay alone.",
            details: new Dictionary<string, object?> { ["repository"] = name, ["location"] = knownLocation }
        );
}
