using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Keys;

namespace Longhaul.Format.Log;

/// <summary>A record of a backup's log, as a file.</summary>
/// <remarks>Source: docs/format.md, section "Log record".</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class RecordCodec
{
    /// <summary>Longest record, in bytes.</summary>
    public const int MaxSize = 64 << 20;

    private static readonly Sealed s_nothing = new();

    /// <summary>Encodes a record.</summary>
    /// <param name="open">The part readable without keys; valid as <see cref="Decode"/> checks it.</param>
    /// <param name="sealedPart">The part that an encrypted backup seals; null when there is nothing in it.</param>
    /// <param name="key">What it is sealed and vouched for under; null in a plain backup, or where the writer has no key.</param>
    /// <exception cref="ArgumentException">The record is not valid, or longer than <see cref="MaxSize"/>.</exception>
    public static byte[] Encode(Record open, Sealed? sealedPart, ListKey? key = null)
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

        return SealedFile.Record.Encode(key, open.ToByteArray(), parts.ToByteArray());
    }

    /// <summary>Whether a record is at most <see cref="MaxSize"/> long.</summary>
    /// <param name="open">The open part.</param>
    /// <param name="sealedPart">The sealed part.</param>
    public static bool Fits(Record open, Sealed sealedPart)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(sealedPart);
        return (long)open.CalculateSize() + sealedPart.CalculateSize() <= MaxSize - SealedFile.Overhead;
    }

    /// <summary>Decodes a record that may be damaged or hostile.</summary>
    /// <remarks>Every id in what it returns has 16 bytes and every hash 32, enumerations have a known value where one is
    /// required, and runs of frames are in order.</remarks>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <param name="keys">What the reader can open; null for nothing.</param>
    /// <exception cref="LonghaulException">data.damaged: also when nobody who has the key vouches for it;
    /// format.unsupported: a newer version, or an unknown required feature, with its number.</exception>
    public static DecodedRecord Decode(string file, ReadOnlyMemory<byte> bytes, BackupKeys? keys = null)
    {
        if (bytes.Length > MaxSize)
        {
            throw Errors.DataDamaged(file, MaxSize, "it is too long");
        }

        var parts = SealedFile.Record.Read(file, bytes, keys);
        try
        {
            var open = Record.Parser.ParseFrom(parts.Open.Span);
            foreach (var feature in open.RequiredFeatures)
            {
                if (!FormatVersion.Knows(feature))
                {
                    throw Errors.FormatUnsupported(file, feature);
                }
            }

            var sealedPart = parts.Sealed is { } bytesOfIt ? Sealed.Parser.ParseFrom(bytesOfIt.Span) : null;
            return RecordCheck.ProblemOf(open, sealedPart ?? s_nothing) is { } problem
                ? throw Errors.DataDamaged(file, SealedFile.HeaderSize, problem)
                : new DecodedRecord(open, sealedPart, parts.KeyGeneration, parts.IsVouchedFor);
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
