using Longhaul.Sources.Images;

namespace Longhaul.Fuzz.Targets;

/// <summary>The tables of a vmdk image.</summary>
internal sealed class VmdkTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "vmdk";

    /// <inheritdoc/>
    public static long Allowance(int length) => ImageTarget.Allowance(length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input) => ImageTarget.Fuzz(input, VmdkLength.Check);
}
