using Longhaul.Mover.Pairing;

namespace Longhaul.Mover.Serving;

/// <summary>What a mover serves, and where.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record MoverServerOptions
{
    /// <summary>Where its certificate and its peers are kept.</summary>
    public required MoverRoot Root { get; init; }

    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public required ListenAddress Listen { get; init; }

    /// <summary>Changes with every start of the host.</summary>
    public required string BootId { get; init; }

    /// <summary>The repositories, each name once.</summary>
    public required IReadOnlyList<ServedRepository> Repositories { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>How long a writer is kept whose peer went away: it may come back. Another may take the object over at
    /// once.</summary>
    public TimeSpan WriterTerm { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a piece waits for those before it.</summary>
    public TimeSpan TurnTerm { get; init; } = TimeSpan.FromSeconds(60);
}
