using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Storage.Stores;

namespace Longhaul.Storage.Folders;

/// <content>What backup.json says, and whether it is true.</content>
public sealed partial class BackupFolder
{
    /// <summary>The descriptor of a folder whose creation did not come to its first record.</summary>
    private static async ValueTask<BackupDescriptor?> FindUnbornAsync(
        IObjectStore store,
        CancellationToken cancellationToken
    )
    {
        var file = await store
            .ReadWholeAsync(BackupNames.Backup, MaxDescriptorSize, cancellationToken)
            .ConfigureAwait(false);
        return file is null ? null : BackupDescriptor.Decode(BackupNames.Backup, file);
    }

    /// <summary>Compares the descriptor, which has no checksum of its own, with the log: whoever took a flipped bit in it for the
    /// backup's id would write what nobody else reads.</summary>
    private void RequireOwnDescriptor()
    {
        if (!State.Backup.IsEmpty && State.Backup != Descriptor.Id)
        {
            throw Errors.DataDamaged(
                BackupNames.Backup,
                0,
                $"it says that the backup is {Descriptor.Id}, and the log that it is {State.Backup}"
            );
        }
    }
}
