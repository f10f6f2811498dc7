using Longhaul.Core;
using Longhaul.Format.Keys;
using Longhaul.Storage.Logs;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Folders;

/// <content>Encrypted backups: reading what was written before a password was changed.</content>
public sealed partial class BackupFolder
{
    /// <summary>Most earlier key lists that are tried: each takes the time that a password takes.</summary>
    private const int MostOlderLists = 64;

    private bool _isOlder;

    /// <summary>Opens a locked backup with a password that was changed or taken away since: what was written before can be
    /// read from then on, and nothing can be put.</summary>
    /// <param name="open">Opens a key list; gives null where no password does.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when no earlier key list is there that it opens: the backup stays locked.</returns>
    /// <exception cref="LonghaulException">data.damaged, data.missing; store errors.</exception>
    public async ValueTask<bool> OpenOlderAsync(Func<KeyList, BackupKeys?> open, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(open);
        var newest = IsLocked ? State.KeyList!.Number : 0;
        for (var number = newest - 1; number > Math.Max(0, newest - 1 - MostOlderLists); number--)
        {
            if (
                await KeyListFiles.FindAsync(Store, Descriptor.Id, number, cancellationToken).ConfigureAwait(false)
                    is var (list, listed)
                && open(list) is { } keys
                && await ReadUnderAsync(listed, keys, cancellationToken).ConfigureAwait(false) is { } then
            )
            {
                State = OlderView.Of(then, State);
                _log.Keys = keys;
                return _isOlder = true;
            }
        }

        return false;
    }

    /// <summary>The state after the last record under a key list; null when no record names the list: a change of passwords that
    /// was cut off left it.</summary>
    private async ValueTask<BackupState?> ReadUnderAsync(
        KeyListState listed,
        BackupKeys keys,
        CancellationToken cancellationToken
    )
    {
        var log = new BackupLog(Store);
        for (var head = State.Number; head > 0; )
        {
            var entries = await log.ReadBackAsync(head, cancellationToken).ConfigureAwait(false);
            if (entries.Any(entry => entry.Open.Keys is { } named && KeyListState.Of(named, Name) == listed))
            {
                log.Keys = keys;
                return entries
                    .TakeWhile(entry => entry.KeyGeneration <= keys.Newest.Generation)
                    .Select(log.Open)
                    .Aggregate(BackupState.None, (state, entry) => Apply(state, entry, keys));
            }

            head = entries[0].Number - 1;
        }

        return null;
    }
}
