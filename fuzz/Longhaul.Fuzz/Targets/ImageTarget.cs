using Longhaul.Sources.Images;

namespace Longhaul.Fuzz.Targets;

/// <summary>What the three formats of images with tables have in common: a verdict or a documented refusal.</summary>
internal static class ImageTarget
{
    /// <summary>Most tables are as long as a small file says they are.</summary>
    internal static long Allowance(int length) => (4 << 20) + (64L * length);

    /// <summary>Checks an image.</summary>
    /// <param name="input">The image.</param>
    /// <param name="check">The check of its format.</param>
    internal static void Fuzz(ReadOnlySpan<byte> input, Func<ImageFile, string?> check)
    {
        using var file = ImageFile.Open(SharedFile.Write(input));
        try
        {
            _ = check(file);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or NotSupportedException or OverflowException)
        {
            // ImageInspection makes an error of each: it cannot be read, it is of another kind, it points too far.
            return;
        }
    }
}
