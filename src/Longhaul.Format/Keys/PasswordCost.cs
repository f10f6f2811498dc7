using NSec.Cryptography;

namespace Longhaul.Format.Keys;

/// <summary>How much work a guess at a password is: the parameters of Argon2id, with one lane.</summary>
/// <remarks>Source: RFC 9106; docs/format.md, section "Key list".</remarks>
/// <param name="MemoryKiB">Memory, in KiB, 8 to 2^20.</param>
/// <param name="Passes">Passes over it, 1 to 20.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record PasswordCost(int MemoryKiB, int Passes)
{
    /// <summary>What new slots have: 128 MiB, three passes; about a third of a second.</summary>
    public static readonly PasswordCost Default = new(128 * 1024, 3);

    /// <summary>Bytes of a slot's salt.</summary>
    internal const int SaltSize = 16;

    private const int MaxMemoryKiB = 1024 * 1024;
    private const int MaxPasses = 20;

    /// <summary>Whether it is within what is computed at all: a hostile list must not take all memory or all time.</summary>
    internal bool IsAcceptable => MemoryKiB is >= 8 and <= MaxMemoryKiB && Passes is >= 1 and <= MaxPasses;

    /// <summary>Derives a key.</summary>
    /// <param name="password">UTF-8.</param>
    /// <param name="salt"><see cref="SaltSize"/> bytes.</param>
    /// <exception cref="InvalidOperationException">The parameters are out of range.</exception>
    internal byte[] Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt)
    {
        if (!IsAcceptable)
        {
            throw new InvalidOperationException($"{this} is out of range.");
        }

        // Given as bytes: the overload that takes a string derives another key.
        return PasswordBasedKeyDerivationAlgorithm
            .Argon2id(
                new Argon2Parameters
                {
                    DegreeOfParallelism = 1,
                    MemorySize = MemoryKiB,
                    NumberOfPasses = Passes,
                }
            )
            .DeriveBytes(password, salt, FileKey.Size);
    }
}
