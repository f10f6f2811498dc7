using Longhaul.Format.Bytes;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Keys;
using Longhaul.Fuzz.Repairs;

namespace Longhaul.Fuzz.Targets;

/// <summary>A checkpoint: decoded, and encoded again.</summary>
internal sealed class CheckpointTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "checkpoint";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        Check(input.ToArray(), null);
        Check(input.ToArray(), FuzzKeys.All);
        Check(SealedFileRepair.Run(SealedFile.Checkpoint, input, null), null);
        Check(SealedFileRepair.Run(SealedFile.Checkpoint, input, FuzzKeys.Key), FuzzKeys.All);
        Check(SealedFileRepair.Run(SealedFile.Checkpoint, input, FuzzKeys.Key), null);
    }

    private static void Check(byte[] bytes, BackupKeys? keys)
    {
        if (Expect.Refusable(() => CheckpointCodec.Decode("fuzz", bytes, keys), Expect.Damage) is { } decoded)
        {
            var key = decoded.KeyGeneration == 0 ? null : keys?.Newest;
            var again = CheckpointCodec.Decode("fuzz", CheckpointCodec.Encode(decoded.Content, key), keys);
            Expect.That(again.Content.Equals(decoded.Content), "what was encoded again is another checkpoint");
        }
    }
}
