using Longhaul.Storage.Leases;

namespace Longhaul.Fuzz.Targets;

/// <summary>What a lease says: read, and written again.</summary>
internal sealed class LeaseTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "lease";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (LeaseCodec.TryRead(input) is { } holder)
        {
            Expect.That(holder is { Host: not null, BootId: not null, Who: not null }, "it is held by nobody");
            Expect.That(Enum.IsDefined(holder.Purpose), "it keeps from nothing");
            Expect.That(LeaseCodec.TryRead(LeaseCodec.ToBytes(holder)) == holder, "written again it is another");
        }
    }
}
