using Longhaul.Sources.Images;

namespace Longhaul.Fuzz.Targets;

/// <summary>The tables of a vdi image.</summary>
internal sealed class VdiTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "vdi";

    /// <inheritdoc/>
    public static long Allowance(int length) => ImageTarget.Allowance(length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input) => ImageTarget.Fuzz(input, VdiLength.Check);
}
