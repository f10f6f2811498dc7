using Longhaul.Format.Keys;

namespace Longhaul.Cli.Output;

/// <summary>What <c>backup password</c> prints: the passwords that open a backup, by what reminds people of them.</summary>
internal sealed record PasswordsDocument(
    string Backup,
    string BackupId,
    int KeyGeneration,
    IReadOnlyList<PasswordsDocument.Slot> Passwords
)
{
    /// <summary>Makes the document.</summary>
    /// <param name="backup">The backup's name.</param>
    /// <param name="list">Its key list.</param>
    public static PasswordsDocument Of(string backup, KeyList list) =>
        new(
            backup,
            list.Backup.ToString(),
            list.Generation,
            [
                .. list.Slots.Select(
                    (slot, index) =>
                        new Slot(index + 1, slot.Hint, slot.CreatedAt, slot.Cost.MemoryKiB, slot.Cost.Passes)
                ),
            ]
        );

    /// <summary>One password.</summary>
    internal sealed record Slot(int Number, string Hint, DateTimeOffset Created, int MemoryKiB, int Passes);
}
