namespace Longhaul.Cli.Hosting;

/// <summary>How progress is shown on standard error.</summary>
internal enum ProgressMode
{
    /// <summary>A bar on a terminal, lines otherwise.</summary>
    Auto,

    /// <summary>Lines.</summary>
    Plain,

    /// <summary>One JSON document a line.</summary>
    Json,

    /// <summary>Not at all.</summary>
    None,
}
