using Longhaul.Format.Descriptors;

namespace Longhaul.Fuzz.Targets;

/// <summary><c>backup.json</c>: decoded, and encoded again.</summary>
internal sealed class BackupDescriptorTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "backup-json";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Expect.Refusable(() => BackupDescriptor.Decode("fuzz", bytes), Expect.Damage) is { } found)
        {
            Expect.That(BackupDescriptor.Decode("fuzz", found.Encode()) == found, "encoded again it is another");
        }
    }
}
