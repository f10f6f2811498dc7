namespace Longhaul.Core;

/// <summary>Whether doing the same thing again can help.</summary>
public enum Retry
{
    /// <summary>No: the same call gives the same error.</summary>
    Never = 0,

    /// <summary>Yes, after a pause: network, throttling, a busy lock.</summary>
    Later = 1,

    /// <summary>Only after a person has changed something: credentials, space, configuration.</summary>
    AfterOperator = 2,
}
