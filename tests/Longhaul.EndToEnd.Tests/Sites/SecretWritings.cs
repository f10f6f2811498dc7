using System.Text;
using System.Text.Json;

namespace Longhaul.EndToEnd.Tests.Sites;

/// <summary>How a secret could stand in a file or a text without being noticed at first sight.</summary>
internal static class SecretWritings
{
    /// <summary>Writings of a text.</summary>
    /// <param name="text">The secret.</param>
    public static IReadOnlyList<byte[]> Of(string text) =>
        [
            .. Of(Encoding.UTF8.GetBytes(text)),
            Encoding.Unicode.GetBytes(text),
            Encoding.BigEndianUnicode.GetBytes(text),
            Encoding.Latin1.GetBytes(text),
            Encoding.UTF8.GetBytes(JsonSerializer.Serialize(text).Trim('"')),
            Encoding.UTF8.GetBytes(Uri.EscapeDataString(text)),
        ];

    /// <summary>Writings of bytes: as they are, backwards, in hex, and in base64 wherever in a longer text it begins.</summary>
    /// <param name="bytes">The secret.</param>
    public static IReadOnlyList<byte[]> Of(byte[] bytes) =>
        [
            bytes,
            [.. bytes.Reverse()],
            Encoding.ASCII.GetBytes(Convert.ToHexString(bytes)),
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes)),
            .. Enumerable.Range(0, 3).Select(before => InBase64(bytes, before)),
        ];

    /// <summary>The characters that depend on the secret alone, whatever stands before and after it.</summary>
    private static byte[] InBase64(byte[] bytes, int before)
    {
        var whole = Convert.ToBase64String([.. new byte[before], .. bytes]);
        var first = (before * 8 + 5) / 6;
        var length = (before + bytes.Length) * 8 / 6 - first;
        return Encoding.ASCII.GetBytes(whole.Substring(first, length));
    }
}
