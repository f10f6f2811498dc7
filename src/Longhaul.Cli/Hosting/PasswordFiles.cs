using System.Text;
using Longhaul.Cli.Interaction;
using Longhaul.Core;
using Longhaul.Format.Keys;

namespace Longhaul.Cli.Hosting;

/// <summary>Reads passwords from where they may stand: files and the environment, never an argument's value, which every user of
/// the machine can see in the list of processes.</summary>
internal static class PasswordFiles
{
    private const int MaxBytes = 4096;

    /// <summary>Reads the passwords.</summary>
    /// <param name="files">Their files, in order.</param>
    /// <param name="interaction">For the environment.</param>
    /// <returns>One for each file; without files what <c>LONGHAUL_PASSWORD</c> says, or none.</returns>
    /// <exception cref="LonghaulException">file.unreadable; usage.invalid: a password is empty, too long, or not UTF-8.</exception>
    public static IReadOnlyList<Password> Read(IReadOnlyList<string> files, IInteraction interaction) =>
        files.Count > 0 ? [.. files.Select(Read)]
        : interaction.GetEnvironment("LONGHAUL_PASSWORD") is { } password ? [new Password(password)]
        : [];

    /// <summary>Reads one password.</summary>
    /// <param name="file">Its file.</param>
    /// <exception cref="LonghaulException">As the other.</exception>
    public static Password Read(string file)
    {
        string text;
        try
        {
            using var stream = File.OpenRead(file);
            var bytes = new byte[MaxBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            text =
                length <= MaxBytes
                    ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length)
                    : throw Errors.UsageInvalid($"the password in {file} is longer than {MaxBytes} bytes");
        }
        catch (DecoderFallbackException)
        {
            throw Errors.UsageInvalid($"the password in {file} is not UTF-8");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Errors.FileUnreadable(file, error);
        }

        text = text.EndsWith('\n') ? text[..^1] : text;
        return text.Length > 0 ? new Password(text) : throw Errors.UsageInvalid($"there is no password in {file}");
    }
}
