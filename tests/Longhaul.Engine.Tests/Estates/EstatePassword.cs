using Longhaul.Format.Keys;
using Longhaul.Storage.Folders;
using Longhaul.Storage.Stores;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>What the backups of an estate are encrypted with.</summary>
internal sealed class EstatePassword
{
    private readonly Password _password = new("the estate's password");

    /// <summary>Given to new backups; so cheap that a test may make hundreds.</summary>
    internal NewPassword New => new(_password, "test", new PasswordCost(MemoryKiB: 8, Passes: 1));

    /// <summary>Opens a folder, with a password if there is one.</summary>
    internal static ValueTask<BackupFolder?> OpenAsync(
        EstatePassword? password,
        IObjectStore store,
        string name,
        TimeProvider clock
    ) =>
        BackupFolder.OpenAsync(
            store,
            name,
            password is null ? null : list => list.Open(password._password),
            clock,
            CancellationToken.None
        );
}
