using Longhaul.Core;

namespace Longhaul.Format;

/// <summary>The version of the format this program writes, and the features it knows.</summary>
/// <remarks>Source: docs/format.md, section "Versions and features".</remarks>
public static class FormatVersion
{
    /// <summary>The version every file written today carries; readers refuse greater ones.</summary>
    public const int Current = 1;

    /// <summary>Feature 1, bit 0 of every file's flags: the file is encrypted.</summary>
    public const int EncryptionFeature = 1;

    /// <summary>The bit of that feature.</summary>
    internal const int EncryptedFlag = 1 << (EncryptionFeature - 1);

    private static readonly long[] s_known = [EncryptionFeature];

    /// <summary>Whether this program knows a feature.</summary>
    /// <param name="feature">Its number, from 1.</param>
    public static bool Knows(long feature) => s_known.Contains(feature);

    /// <summary>Whether a file's flags say that it is encrypted.</summary>
    internal static bool IsEncrypted(int flags) => (flags & EncryptedFlag) != 0;

    /// <summary>Refuses a file whose version or flags this program does not know.</summary>
    /// <param name="file">Name for the error.</param>
    /// <param name="version">The version it carries.</param>
    /// <param name="flags">Its flags: bit n stands for feature n + 1.</param>
    /// <returns>Whether the file is encrypted.</returns>
    /// <exception cref="LonghaulException">format.unsupported: with the number of the version or of the feature;
    /// data.damaged: version 0.</exception>
    internal static bool Check(string file, int version, int flags)
    {
        if (version == 0)
        {
            throw Errors.DataDamaged(file, 8, "its version is 0");
        }

        if (version > Current)
        {
            throw Errors.FormatUnsupported(file, version);
        }

        for (var bit = 0; bit < 16; bit++)
        {
            if ((flags >> bit & 1) != 0 && !Knows(bit + 1))
            {
                throw Errors.FormatUnsupported(file, bit + 1);
            }
        }

        return IsEncrypted(flags);
    }
}
