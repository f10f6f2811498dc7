namespace Longhaul.Jobs.Progress;

/// <summary>How far a run has come with one disk, or with one machine as a whole.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Disk">The disk's identity; null while the stage concerns the whole machine.</param>
/// <param name="Stage">What is being done, one word for people: <c>plan</c>, <c>read</c>, <c>send</c>, <c>commit</c>.</param>
/// <param name="BytesDone">Bytes of the disk dealt with, 0 to <paramref name="BytesTotal"/>.</param>
/// <param name="BytesTotal">Bytes to deal with; null while unknown.</param>
/// <param name="BytesTransferred">Bytes of the run that crossed to and from the target so far; null where nothing is counted.</param>
/// <param name="Rate">Bytes dealt with a second, lately; null while unknown.</param>
/// <param name="Eta">Time that is probably left; null while unknown.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record RunProgress(
    string Machine,
    string? Disk,
    string Stage,
    long BytesDone,
    long? BytesTotal,
    long? BytesTransferred,
    double? Rate,
    TimeSpan? Eta
);
