namespace Longhaul.Storage.Leases;

/// <summary>How a lease is taken.</summary>
/// <param name="Purpose">What it keeps others from.</param>
/// <param name="Who">Who or what takes it, for people: <c>longhaul job run nightly</c>.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LeaseOptions(LeasePurpose Purpose, string Who)
{
    /// <summary>Name of the job; null when it is no job.</summary>
    public string? Job { get; init; }

    /// <summary>How long others wait for a sign of life, 1 s to 1 day; one is given three times in that.</summary>
    public TimeSpan Term { get; init; } = TimeSpan.FromMinutes(5);
}
