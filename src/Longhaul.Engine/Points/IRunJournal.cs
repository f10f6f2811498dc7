using Longhaul.Core;

namespace Longhaul.Engine.Points;

/// <summary>The sender's own memory of the checkpoints it has put.</summary>
/// <remarks>What the far side alone claims to have is not believed: a checkpoint counts only when its hash stands here
/// (or, in an encrypted backup, when it is authenticated). Implemented by the host, in the home.</remarks>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public interface IRunJournal
{
    /// <summary>Remembers a checkpoint; durable when it returns.</summary>
    /// <param name="session">The session that put it.</param>
    /// <param name="number">Its number, from 1.</param>
    /// <param name="hash">SHA-256 of its file.</param>
    void Remember(SessionId session, long number, Digest hash);

    /// <summary>Whether this side put a checkpoint.</summary>
    /// <param name="session">The session that put it.</param>
    /// <param name="number">Its number.</param>
    /// <param name="hash">SHA-256 of its file.</param>
    bool Knows(SessionId session, long number, Digest hash);

    /// <summary>Forgets a session that has ended.</summary>
    /// <param name="session">The session.</param>
    void Forget(SessionId session);
}
