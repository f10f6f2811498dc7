using System.Security.Cryptography;

namespace Longhaul.Format.Keys;

/// <summary>A password's place in a key list: the list key, sealed under a key that the password gives.</summary>
/// <param name="Hint">What reminds people of the password; readable by everybody.</param>
/// <param name="CreatedAt">When the password was set, UTC; for people.</param>
/// <param name="Cost">What a guess costs.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record KeySlot(string Hint, DateTimeOffset CreatedAt, PasswordCost Cost)
{
    /// <summary>Longest hint, in characters.</summary>
    public const int MaxHint = 200;

    internal ReadOnlyMemory<byte> Salt { get; init; }

    internal ReadOnlyMemory<byte> SealedKey { get; init; }

    /// <summary>Makes a slot.</summary>
    /// <exception cref="ArgumentException">The hint is too long: no reader would take the list, and nobody get in.</exception>
    internal static KeySlot Create(
        ListKey key,
        Password password,
        string hint,
        DateTimeOffset createdAt,
        PasswordCost cost
    )
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hint.Length, MaxHint, nameof(hint));
        var salt = RandomNumberGenerator.GetBytes(PasswordCost.SaltSize);
        var under = new FileKey(cost.Derive(password.Utf8, salt));
        return new KeySlot(hint, createdAt, cost)
        {
            Salt = salt,
            SealedKey = key.SealedUnder(under, About(key.Backup, key.Generation, cost, salt)),
        };
    }

    /// <summary>Opens the slot.</summary>
    /// <returns>The list key; null when it is another password's.</returns>
    internal ListKey? Open(BackupId backup, int generation, Password password)
    {
        var under = new FileKey(Cost.Derive(password.Utf8, Salt.Span));
        var key = under.Open(SealedKey.Span, About(backup, generation, Cost, Salt.Span));
        return key?.Length == FileKey.Size ? new ListKey(backup, generation, key) : null;
    }

    private static byte[] About(BackupId backup, int generation, PasswordCost cost, ReadOnlySpan<byte> salt) =>
        [.. ListKey.About("longhaul slot", backup, generation, cost.MemoryKiB, cost.Passes), .. salt];
}
