namespace Longhaul.Core.Jobs;

/// <summary>One run of a job. Here only what a session id names.</summary>
public sealed class Session
{
    private Session() { }
}
