using Longhaul.Core;
using Longhaul.Format.Keys;

namespace Longhaul.Jobs.Passwords;

/// <summary>The passwords that were given, and what they open.</summary>
/// <remarks>A password takes time and 128 MiB to try, so what a key list was opened to is remembered, and that it was not: a
/// backup is opened several times in a run.</remarks>
/// <param name="passwords">The first is what new backups are encrypted with; all are tried on those there are.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class Keyring(params IReadOnlyList<Password> passwords)
{
    private readonly Dictionary<Digest, BackupKeys?> _opened = [];
    private readonly Lock _turn = new();

    /// <summary>What new backups are encrypted with; null when no password was given.</summary>
    public Password? ForNew => passwords.Count > 0 ? passwords[0] : null;

    /// <summary>Finds the slots of the passwords that were given.</summary>
    /// <param name="list">The list.</param>
    /// <returns>Each password with its slot, in the order in which they were given; null for one that opens nothing.</returns>
    public IReadOnlyList<(Password Password, int? Slot)> SlotsIn(KeyList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        lock (_turn)
        {
            return [.. passwords.Select(password => (password, list.SlotOf(password)))];
        }
    }

    /// <summary>Opens a key list.</summary>
    /// <param name="list">The list.</param>
    /// <returns>Null when no password that was given opens it.</returns>
    public BackupKeys? Open(KeyList list)
    {
        ArgumentNullException.ThrowIfNull(list);
        var name = Digest.Of(list.Encode());

        // One at a time: each takes the memory it takes.
        lock (_turn)
        {
            return _opened.TryGetValue(name, out var known)
                ? known
                : _opened[name] = passwords.Select(list.Open).FirstOrDefault(keys => keys is not null);
        }
    }
}
