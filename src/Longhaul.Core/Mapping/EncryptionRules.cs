namespace Longhaul.Core.Mapping;

/// <summary>Checks of encryption, which is a property of a whole chain.</summary>
internal static class EncryptionRules
{
    internal static Finding SeedEncrypted(MappingCase facts) =>
        facts.Seed.Encrypted && !facts.Job.Job.Encrypt
            ? Finding.Refused(
                "The backup is encrypted and the job is not; encryption is a property of the whole chain.",
                $"Encrypt the job too: 'longhaul job edit {facts.Job.Job.Name} --encrypt'."
            )
            : Finding.Ok("The backup is not encrypted, or the job is too.");

    internal static Finding SeedNotEncrypted(MappingCase facts) =>
        facts.Job.Job.Encrypt && !facts.Seed.Encrypted
            ? Finding.Refused(
                "The job encrypts and the backup is plain; encryption is a property of the whole chain.",
                $"Encrypt the backup where it lies, with 'longhaul backup encrypt {facts.Seed.FullName}'; then map again."
            )
            : Finding.Ok("The job does not encrypt, or the backup is encrypted too.");

    internal static Finding SeedLocked(MappingCase facts) =>
        facts.Seed is { Encrypted: true, Unlocked: false }
            ? Finding.Refused(
                "The backup is encrypted, and its password was not given or is wrong"
                    + (facts.Seed.LockedRemark is { } remark ? $"; {remark}" : "")
                    + (
                        facts.Seed.Hints is { Count: > 0 } hints ? $"; it is known as {string.Join(", ", hints)}." : "."
                    ),
                $"Give the seed's password: 'longhaul job map {facts.Job.Job.Name} {facts.Seed.FullName} "
                    + "--seed-password-file F'; the job's own may be another."
            )
            : Finding.Ok(facts.Seed.Encrypted ? "The backup's password is known." : "The backup needs no password.");
}
