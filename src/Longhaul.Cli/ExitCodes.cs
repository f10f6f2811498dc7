namespace Longhaul.Cli;

/// <summary>What the program ends with; scripts rely on these numbers.</summary>
/// <remarks>Source: docs/errors.md.</remarks>
internal static class ExitCodes
{
    /// <summary>Done; also with warnings, idle, nothing to do.</summary>
    public const int Done = 0;

    /// <summary>Failed; a run in which any machine failed.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage.</summary>
    public const int Usage = 2;

    /// <summary>Refused by a rule.</summary>
    public const int Refused = 3;

    /// <summary>Not found.</summary>
    public const int NotFound = 4;

    /// <summary>Damaged data found.</summary>
    public const int Damaged = 5;

    /// <summary>Repository or peer out of reach, or not paired.</summary>
    public const int Unreachable = 6;

    /// <summary>Wrong or missing password.</summary>
    public const int Password = 7;

    /// <summary>A run cannot start because another holds the backup or the home.</summary>
    public const int Busy = 8;

    /// <summary>A person ended it.</summary>
    public const int Cancelled = 130;
}
