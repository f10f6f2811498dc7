using Longhaul.Format.Keys;

namespace Longhaul.Fuzz.Targets;

/// <summary>A key list: decoded, and encoded again. Nothing is derived: that takes as long as a slot says.</summary>
internal sealed class KeyListTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "key-list";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var bytes = input.ToArray();
        if (Expect.Refusable(() => KeyList.Decode("fuzz", bytes), Expect.Damage) is { } list)
        {
            var encoded = list.Encode();
            Expect.That(
                KeyList.Decode("fuzz", encoded).Encode().AsSpan().SequenceEqual(encoded),
                "what was encoded again is another list"
            );
        }
    }
}
