namespace Longhaul.Core.Mapping;

/// <summary>What a check says, and what all of them say together.</summary>
public enum Verdict
{
    /// <summary>Nothing to say.</summary>
    Ok = 0,

    /// <summary>It may be done; the operator should know something first.</summary>
    Warning = 1,

    /// <summary>It may not be done.</summary>
    Refused = 2,
}
