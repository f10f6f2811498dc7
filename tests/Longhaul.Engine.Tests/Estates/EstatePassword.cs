using Longhaul.Format.Keys;
using Longhaul.Storage.Folders;
using Xunit;

namespace Longhaul.Engine.Tests.Estates;

/// <summary>What the backups of an estate are encrypted with.</summary>
internal sealed class EstatePassword
{
    private readonly Password _password = new("the estate's password");

    /// <summary>Given to new backups; so cheap that a test may make hundreds.</summary>
    internal NewPassword New => new(_password, "test", new PasswordCost(MemoryKiB: 8, Passes: 1));

    /// <summary>Opens what is sealed.</summary>
    internal async Task UnlockAsync(BackupFolder folder) =>
        Assert.True(await folder.UnlockAsync(list => list.Open(_password), CancellationToken.None));
}
