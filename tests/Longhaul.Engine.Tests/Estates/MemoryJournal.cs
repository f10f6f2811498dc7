using Longhaul.Core;
using Longhaul.Engine.Points;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>A journal that lives as long as the test.</summary>
internal sealed class MemoryJournal : IRunJournal
{
    /// <summary>Whether ended sessions are kept, as they were before they ended.</summary>
    internal bool KeepsEnded { get; set; }

    /// <summary>Whether nothing is known: the journal was not written, or is another client's.</summary>
    internal bool IsLost { get; set; }

    private readonly HashSet<(SessionId Session, long Number, Digest Hash)> _known = [];

    public void Remember(SessionId session, long number, Digest hash) => _known.Add((session, number, hash));

    public bool Knows(SessionId session, long number, Digest hash) =>
        !IsLost && _known.Contains((session, number, hash));

    public void Forget(SessionId session)
    {
        if (!KeepsEnded)
        {
            _known.RemoveWhere(entry => entry.Session == session);
        }
    }
}
