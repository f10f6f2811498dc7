namespace Longhaul.Mover.Client;

/// <summary>How patient one end is with its mover.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MoverClientOptions
{
    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>How long a call that gets no answer is tried again before it fails.</summary>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the first call is tried: whether a mover is there at all is wanted to be known at once.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one try may take that moves no bulk data.</summary>
    public TimeSpan CallTerm { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The slowest line that is borne, in bytes a second: a try of bulk data may take <see cref="CallTerm"/> and as long
    /// as its bytes need at this rate.</summary>
    public long SlowestBytesPerSecond { get; init; } = 8 << 10;

    /// <summary>Connections for bulk data, and so pieces under way at a time.</summary>
    public int Streams { get; init; } = 8;
}
