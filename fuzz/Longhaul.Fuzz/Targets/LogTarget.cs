using System.Buffers.Binary;
using Google.Protobuf;
using Longhaul.Format.Bytes;
using Longhaul.Format.Log;
using Longhaul.Storage.State;

namespace Longhaul.Fuzz.Targets;

/// <summary>A log: records one after the other, with the numbers and hashes that they must have, applied in turn.</summary>
/// <remarks>The input is, for each record, its open and its sealed part, each behind its length in 2 bytes.</remarks>
internal sealed class LogTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "log";

    /// <summary>Each record lets the whole state be made anew.</summary>
    public static long Allowance(int length) => (2 << 20) + (4096L * length);

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var state = BackupState.None;
        while (input.Length > 0 && state is not null)
        {
            var (open, sealedPart) = (Next(ref input).ToArray(), Next(ref input).ToArray());
            state = Apply(state, open, sealedPart);
        }
    }

    /// <summary>The next part; what is missing of it is left out.</summary>
    internal static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(ushort))
        {
            rest = [];
            return rest;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        rest = rest[sizeof(ushort)..];
        var part = rest[..Math.Min(length, rest.Length)];
        rest = rest[part.Length..];
        return part;
    }

    private static BackupState? Apply(BackupState before, byte[] open, byte[] sealedPart)
    {
        Record record;
        try
        {
            record = Record.Parser.ParseFrom(open);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        record.Number = (ulong)before.Number + 1;
        record.Previous = before.Number == 0 ? ByteString.Empty : ByteString.CopyFrom(before.Head.ToBytes());
        var file = SealedFile.Record.Encode(null, record.ToByteArray(), sealedPart);
        return Expect.Refusable(
            () =>
            {
                var decoded = RecordCodec.Decode("fuzz", file);
                return StateFold.Apply(
                    before,
                    decoded.Open,
                    decoded.SealedPart ?? new Sealed(),
                    RecordCodec.HashOf(file),
                    "fuzz"
                );
            },
            Expect.Damage
        );
    }
}
