using Longhaul.Format.Bytes;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Fuzz.Repairs;
using Longhaul.Storage.State;

namespace Longhaul.Fuzz.Targets;

/// <summary>A record of the log: decoded, applied to nothing, encoded again.</summary>
internal sealed class RecordTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "record";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        Check(input.ToArray(), null);
        Check(input.ToArray(), FuzzKeys.All);
        Check(SealedFileRepair.Run(SealedFile.Record, input, null), null);
        Check(SealedFileRepair.Run(SealedFile.Record, input, FuzzKeys.Key), FuzzKeys.All);
        Check(SealedFileRepair.Run(SealedFile.Record, input, FuzzKeys.Key), null);
    }

    private static void Check(byte[] bytes, BackupKeys? keys)
    {
        if (Expect.Refusable(() => RecordCodec.Decode("fuzz", bytes, keys), Expect.Damage) is not { } decoded)
        {
            return;
        }

        _ = Expect.Refusable(
            () =>
                StateFold.Apply(
                    BackupState.None,
                    decoded.Open,
                    decoded.SealedPart ?? new Sealed(),
                    RecordCodec.HashOf(bytes),
                    "fuzz"
                ),
            Expect.Damage
        );
        if (decoded.SealedPart is not { } sealedPart)
        {
            return;
        }

        var again = RecordCodec.Decode("fuzz", RecordCodec.Encode(decoded.Open, sealedPart, KeyOf(decoded)), keys);
        Expect.That(
            again.Open.Equals(decoded.Open) && sealedPart.Equals(again.SealedPart),
            "what was encoded again is another record"
        );
    }

    private static ListKey? KeyOf(DecodedRecord decoded) => decoded.KeyGeneration == 0 ? null : FuzzKeys.Key;
}
