using Longhaul.Sources.Images;

namespace Longhaul.Fuzz.Targets;

/// <summary>The tables of a qcow2 image.</summary>
internal sealed class Qcow2Target : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "qcow2";

    /// <inheritdoc/>
    public static long Allowance(int length) => ImageTarget.Allowance(length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input) => ImageTarget.Fuzz(input, Qcow2Length.Check);
}
