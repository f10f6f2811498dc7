namespace Longhaul.Cli.Hosting;

/// <summary>How much is said on standard error besides results and progress.</summary>
internal enum LogDetail
{
    /// <summary>Errors only.</summary>
    Error,

    /// <summary>Warnings too.</summary>
    Warning,

    /// <summary>What was done, too.</summary>
    Information,

    /// <summary>Where an error came from, too.</summary>
    Debug,

    /// <summary>Every statement to the catalog, too.</summary>
    Trace,
}
