namespace Longhaul.Catalog.Sqlite;

/// <summary>Where the catalog lies, and how patient it is.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed record SqliteCatalogOptions
{
    /// <summary>Absolute path of the home; made with mode 0700 when it is missing.</summary>
    public required string Home { get; init; }

    /// <summary>How long to wait for another process, 0 or more.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock that waiting goes by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets every SQL statement, for diagnosis; null for nobody.</summary>
    public Action<string>? Trace { get; init; }
}
