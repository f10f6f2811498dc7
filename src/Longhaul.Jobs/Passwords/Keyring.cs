using Longhaul.Core;
using Longhaul.Core.Jobs;
using Longhaul.Format.Keys;

namespace Longhaul.Jobs.Passwords;

/// <summary>The passwords that were given and those that are kept, and what they open.</summary>
/// <remarks>A password takes time and 128 MiB to try, so what a key list was opened to is remembered, and that it was not: a
/// backup is opened several times in a run. Of what is kept only that is tried which is kept for that backup.</remarks>
/// <param name="passwords">The first is what new backups are encrypted with; all are tried on those there are.</param>
/// <threadsafety>All members may be called from any thread.</threadsafety>
public sealed class Keyring(params IReadOnlyList<Password> passwords)
{
    private readonly Dictionary<Digest, (BackupKeys Keys, Password Password)?> _opened = [];
    private readonly Lock _turn = new();

    /// <summary>Passwords that were given to open what is there; never one that new backups are encrypted with.</summary>
    public IReadOnlyList<Password> ToOpen { get; init; } = [];

    /// <summary>What a person typed for a new backup; null for nothing.</summary>
    public Password? TypedForNew { get; init; }

    /// <summary>What was given for the job; null when nothing was.</summary>
    public Password? Given => passwords.Count > 0 ? passwords[0] : TypedForNew;

    /// <summary>What is kept; null when the catalog was not read yet.</summary>
    internal KeptPasswords? Kept { get; private set; }

    /// <summary>What was given, in the order in which it is tried.</summary>
    private IEnumerable<Password> AllGiven =>
        passwords.Concat(ToOpen).Concat(TypedForNew is null ? [] : new[] { TypedForNew });

    /// <summary>What a job's new backup is encrypted with: what is kept for it, else what was given.</summary>
    /// <remarks>Given with a run may be a source's alone; what the job's own is was said when it was kept.</remarks>
    /// <param name="job">The job.</param>
    /// <returns>Null when neither is there, or what is kept cannot be read.</returns>
    public Password? ForNewOf(JobDefinition job) => Kept?.Find(job) is { } kept ? kept.Password ?? Given : Given;

    /// <summary>Knows from now on what is kept.</summary>
    /// <param name="kept">As the catalog has it; null to have it read again.</param>
    internal void Know(KeptPasswords? kept)
    {
        lock (_turn)
        {
            Kept = kept;
            foreach (var name in _opened.Where(pair => pair.Value is null).Select(pair => pair.Key).ToArray())
            {
                _opened.Remove(name);
            }
        }
    }

    /// <summary>Knows from now on which backup is a job's own: it is opened with what is kept for the job.</summary>
    /// <param name="job">The job.</param>
    internal void Learn(JobDefinition job) => Know(Kept?.Knowing(job));

    /// <summary>Finds the slots of the passwords that were given, and of those kept for the backup.</summary>
    /// <param name="list">The list.</param>
    /// <param name="repository">Where the backup lies.</param>
    /// <returns>Each password with its slot, in the order in which they are tried; null for one that opens nothing.</returns>
    internal IReadOnlyList<FoundPassword> SlotsIn(KeyList list, RepositoryId repository)
    {
        ArgumentNullException.ThrowIfNull(list);
        lock (_turn)
        {
            var found = AllGiven.Select(password => new FoundPassword(password, list.SlotOf(password), null)).ToList();
            foreach (var kept in Kept?.Of(repository, list.Backup) ?? [])
            {
                var same = found.Find(one => kept.Password is not null && one.Password?.IsSame(kept.Password) == true);
                found.Add(
                    new FoundPassword(
                        kept.Password,
                        same is not null ? same.Slot
                            : kept.Password is null ? null
                            : list.SlotOf(kept.Password),
                        kept.For
                    )
                );
            }

            // It may have been carried from where it is kept; that is no entry of this backup's, and so never a stale one.
            foreach (var password in (Kept?.Elsewhere(repository, list.Backup) ?? []).Select(one => one.Password))
            {
                if (password is not null && list.SlotOf(password) is { } slot && !found.Exists(one => one.Slot == slot))
                {
                    found.Add(new FoundPassword(password, slot, null));
                }
            }

            return found;
        }
    }

    /// <summary>Opens a key list.</summary>
    /// <param name="list">The list.</param>
    /// <returns>Null when no password that was given or is kept for the backup opens it.</returns>
    public BackupKeys? Open(KeyList list) => Open(list, default);

    /// <summary>Opens a key list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="repository">Where the backup lies: what is kept for it there is tried before what is elsewhere.</param>
    /// <returns>Null when no password that was given or is kept for the backup opens it.</returns>
    public BackupKeys? Open(KeyList list, RepositoryId repository) => Find(list, repository)?.Keys;

    /// <summary>Finds the password that opens a key list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="repository">Where the backup lies.</param>
    /// <returns>Null when none does.</returns>
    internal Password? PasswordOf(KeyList list, RepositoryId repository) => Find(list, repository)?.Password;

    /// <summary>Whether a password was given, and not only kept.</summary>
    /// <param name="password">A password of this object's.</param>
    internal bool IsGiven(Password password) => AllGiven.Any(given => given.IsSame(password));

    /// <summary>Why what is kept does not open a backup that is locked.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="repository">Where it lies.</param>
    /// <returns>A clause; null when nothing is kept for it.</returns>
    internal string? RemarkOn(BackupId backup, RepositoryId repository) =>
        (Kept?.Of(repository, backup) ?? []) is [var kept, ..]
            ? kept.Trouble is { } trouble
                ? $"the password kept for {kept.Whom} cannot be read: {trouble}"
                : $"the password kept for {kept.Whom} does not open it any more"
            : null;

    private (BackupKeys Keys, Password Password)? Find(KeyList list, RepositoryId repository)
    {
        ArgumentNullException.ThrowIfNull(list);
        var name = Digest.Of(list.Encode());

        // One at a time: each takes the memory it takes.
        lock (_turn)
        {
            return _opened.TryGetValue(name, out var known) ? known : _opened[name] = Try(list, repository);
        }
    }

    private (BackupKeys Keys, Password Password)? Try(KeyList list, RepositoryId repository)
    {
        var tried = new List<Password>();
        var kept = (Kept?.Of(repository, list.Backup) ?? []).Concat(Kept?.Elsewhere(repository, list.Backup) ?? []);
        foreach (var password in AllGiven.Concat(kept.Select(one => one.Password).OfType<Password>()))
        {
            if (tried.Exists(password.IsSame))
            {
                continue;
            }

            if (list.Open(password) is { } keys)
            {
                return (keys, password);
            }

            tried.Add(password);
        }

        return null;
    }
}
