namespace Longhaul.Catalog.Sessions;

/// <summary>How a session, or the task of one machine in it, stands.</summary>
public enum SessionState
{
    /// <summary>Not ended; or ended without a word, when its process is gone.</summary>
    Running = 0,

    /// <summary>Everything was done.</summary>
    Success = 1,

    /// <summary>Everything was done, and there is something to read.</summary>
    Warning = 2,

    /// <summary>Something was not done; of a session: a machine failed.</summary>
    Failed = 3,

    /// <summary>A person ended it.</summary>
    Cancelled = 4,

    /// <summary>There was nothing to do, or nothing yet.</summary>
    Idle = 5,
}
