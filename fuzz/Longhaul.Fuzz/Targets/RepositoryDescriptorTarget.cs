using Longhaul.Format.Descriptors;

namespace Longhaul.Fuzz.Targets;

/// <summary><c>repository.json</c>: decoded, and encoded again.</summary>
internal sealed class RepositoryDescriptorTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "repository-json";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Expect.Refusable(() => RepositoryDescriptor.Decode("fuzz", bytes), Expect.Damage) is { } found)
        {
            var encoded = found.Encode();
            Expect.That(
                RepositoryDescriptor.Decode("fuzz", encoded).Encode().AsSpan().SequenceEqual(encoded),
                "encoded again it is another"
            );
        }
    }
}
