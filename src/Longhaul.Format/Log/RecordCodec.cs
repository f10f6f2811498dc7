using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Descriptors;

namespace Longhaul.Format.Log;

/// <summary>A record of a backup's log, as a file.</summary>
/// <remarks>Source: docs/format.md, section "Log record".</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class RecordCodec
{
    /// <summary>Longest record, in bytes.</summary>
    public const int MaxSize = 64 << 20;

    /// <summary>Encodes a record of a plain backup.</summary>
    /// <param name="open">The part readable without keys; valid as <see cref="Decode"/> checks it.</param>
    /// <param name="sealedPart">The part that an encrypted backup seals; null when there is nothing in it.</param>
    /// <exception cref="ArgumentException">The record is not valid, or longer than <see cref="MaxSize"/>.</exception>
    public static byte[] Encode(Record open, Sealed? sealedPart)
    {
        ArgumentNullException.ThrowIfNull(open);
        var parts = sealedPart ?? new Sealed();
        if (RecordCheck.ProblemOf(open, parts) is { } problem)
        {
            throw new ArgumentException($"Record {open.Number} is not valid: {problem}.", nameof(open));
        }

        if (!Fits(open, parts))
        {
            throw new ArgumentException($"Record {open.Number} is longer than {MaxSize} bytes.", nameof(open));
        }

        return SealedFile.Encode(Magic.Record, open.ToByteArray(), parts.ToByteArray());
    }

    /// <summary>Whether a record is at most <see cref="MaxSize"/> long.</summary>
    /// <param name="open">The open part.</param>
    /// <param name="sealedPart">The sealed part.</param>
    public static bool Fits(Record open, Sealed sealedPart)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(sealedPart);
        return (long)open.CalculateSize() + sealedPart.CalculateSize()
            <= MaxSize - SealedFile.HeaderSize - SealedFile.TrailerSize;
    }

    /// <summary>Decodes a record that may be damaged or hostile.</summary>
    /// <remarks>Every id in what it returns has 16 bytes and every hash 32, enumerations have a known value where one is
    /// required, and runs of frames are in order.</remarks>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <exception cref="LonghaulException">data.damaged; format.unsupported: a newer version, or an unknown required
    /// feature, with its number.</exception>
    public static (Record Open, Sealed Sealed) Decode(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxSize)
        {
            throw Errors.DataDamaged(file, MaxSize, "it is too long");
        }

        SealedFile.Check(file, Magic.Record, bytes, out var openLength);
        try
        {
            var end = SealedFile.HeaderSize + openLength;
            var open = Record.Parser.ParseFrom(bytes[SealedFile.HeaderSize..end]);
            foreach (var feature in open.RequiredFeatures)
            {
                if (!FormatVersion.Knows(feature))
                {
                    throw Errors.FormatUnsupported(file, feature);
                }
            }

            var sealedPart = Sealed.Parser.ParseFrom(bytes[end..^SealedFile.TrailerSize]);
            return RecordCheck.ProblemOf(open, sealedPart) is { } problem
                ? throw Errors.DataDamaged(file, SealedFile.HeaderSize, problem)
                : (open, sealedPart);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Errors.DataDamaged(file, SealedFile.HeaderSize, "its content cannot be read", error);
        }
    }

    /// <summary>The hash by which the next record names this one.</summary>
    /// <param name="file">All of the file.</param>
    public static Digest HashOf(ReadOnlySpan<byte> file) => Digest.Of(file);

    /// <summary>The file's name from the backup folder down: <c>log/00000001</c>.</summary>
    /// <param name="number">From 1 to 99,999,999.</param>
    public static string RecordName(long number) => BackupNames.Record(number);
}
