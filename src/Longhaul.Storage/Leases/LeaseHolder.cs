using System.Text.Json.Serialization;

namespace Longhaul.Storage.Leases;

/// <summary>Who holds a lease, as its objects say. It comes from a file that others wrote: believed for messages, and
/// for telling the dead only as far as <see cref="LeaseObserver"/> says.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record LeaseHolder
{
    /// <summary>Name of the host.</summary>
    [JsonPropertyName("host")]
    public required string Host { get; init; }

    /// <summary>The host's boot id when the lease was taken; tells hosts of one name and their starts apart.</summary>
    [JsonPropertyName("bootId")]
    public required string BootId { get; init; }

    /// <summary>Number of the process there.</summary>
    [JsonPropertyName("processId")]
    public required int ProcessId { get; init; }

    /// <summary>When that process was started, in clock ticks since boot; tells it from a later one of its number.</summary>
    [JsonPropertyName("processStart")]
    public required long ProcessStart { get; init; }

    /// <summary>What the lease is for.</summary>
    [JsonPropertyName("purpose")]
    public required LeasePurpose Purpose { get; init; }

    /// <summary>Who or what took it, for people.</summary>
    [JsonPropertyName("who")]
    public required string Who { get; init; }

    /// <summary>Name of the job; null when it was no job.</summary>
    [JsonPropertyName("job")]
    public string? Job { get; init; }

    /// <summary>When it was taken, UTC, by the holder's clock; for people only.</summary>
    [JsonPropertyName("since")]
    public required DateTimeOffset SinceAt { get; init; }

    /// <summary>How long its counter may stand still, in seconds, 1 to 86,400.</summary>
    [JsonPropertyName("termSeconds")]
    public required double TermSeconds { get; init; }
}

/// <summary>What a lease keeps others from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeasePurpose>))]
public enum LeasePurpose
{
    /// <summary>From deleting what was condemned after it was taken.</summary>
    [JsonStringEnumMemberName("reader")]
    Reader = 1,

    /// <summary>From beginning another run on the same backup.</summary>
    [JsonStringEnumMemberName("writer")]
    Writer = 2,
}
