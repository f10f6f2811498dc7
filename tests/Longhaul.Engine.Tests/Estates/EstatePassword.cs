using Longhaul.Format.Keys;
using Longhaul.Storage.Folders;
using Longhaul.Storage.State;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>What the backups of an estate are encrypted with.</summary>
/// <param name="text">The password.</param>
internal sealed class EstatePassword(string text = "the estate's password")
{
    /// <summary>So cheap that a test may make hundreds.</summary>
    internal static readonly PasswordCost s_cheap = new(MemoryKiB: 8, Passes: 1);

    private readonly Password _password = new(text);

    /// <summary>Given to new backups.</summary>
    internal NewPassword New => new(_password, "test", s_cheap);

    /// <summary>Opens a key list.</summary>
    internal BackupKeys? Open(KeyList list) => list.Open(_password);

    /// <summary>Makes this the one password of a backup.</summary>
    internal async Task ChangeAsync(BackupFolder folder, TimeProvider clock)
    {
        var list = (await folder.ReadKeyListAsync(CancellationToken.None))!;
        var (next, keys) = list.Renewed(folder.Keys!, [(_password, "changed")], clock.GetUtcNow(), s_cheap);
        await folder.ChangeKeyListAsync(next, keys, list, _ => new RecordDraft("password"), CancellationToken.None);
    }

    /// <summary>Makes this a further password of a backup.</summary>
    internal async Task AddAsync(BackupFolder folder, TimeProvider clock)
    {
        var list = (await folder.ReadKeyListAsync(CancellationToken.None))!;
        var keys = folder.Keys!;
        await folder.ChangeKeyListAsync(
            list.WithSlot(keys, _password, "added", clock.GetUtcNow(), s_cheap),
            keys,
            list,
            _ => new RecordDraft("password"),
            CancellationToken.None
        );
    }

    /// <summary>Opens a folder, with a password if there is one.</summary>
    internal static ValueTask<BackupFolder?> OpenAsync(
        EstatePassword? password,
        IObjectStore store,
        string name,
        TimeProvider clock
    ) => BackupFolder.OpenAsync(store, name, password is null ? null : password.Open, clock, CancellationToken.None);
}
