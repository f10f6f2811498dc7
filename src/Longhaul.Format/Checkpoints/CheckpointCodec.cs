using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Bytes;
using Longhaul.Format.Keys;
using Longhaul.Format.Segments;

namespace Longhaul.Format.Checkpoints;

/// <summary>A checkpoint of an unfinished run, as a file.</summary>
/// <remarks>Source: docs/format.md, section "Checkpoint".</remarks>
/// <threadsafety>Stateless.</threadsafety>
public static class CheckpointCodec
{
    /// <summary>Longest checkpoint, in bytes.</summary>
    public const int MaxSize = 64 << 20;

    /// <summary>Encodes a checkpoint.</summary>
    /// <param name="checkpoint">Valid as <see cref="Decode"/> checks it.</param>
    /// <param name="key">What its digests are sealed under; null in a plain backup.</param>
    /// <exception cref="ArgumentException">It is not valid, or longer than <see cref="MaxSize"/>.</exception>
    public static byte[] Encode(Checkpoint checkpoint, ListKey? key = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (ProblemOf(checkpoint) is { } problem)
        {
            throw new ArgumentException($"The checkpoint is not valid: {problem}.", nameof(checkpoint));
        }

        var bytes = key is null
            ? SealedFile.Checkpoint.Encode(null, checkpoint.ToByteArray(), [])
            : SealedFile.Checkpoint.Encode(key, WithoutDigests(checkpoint).ToByteArray(), checkpoint.ToByteArray());
        return bytes.Length <= MaxSize
            ? bytes
            : throw new ArgumentException($"The checkpoint is longer than {MaxSize} bytes.", nameof(checkpoint));
    }

    /// <summary>Decodes a checkpoint that may be damaged or hostile.</summary>
    /// <remarks>Every id in what it returns has 16 bytes and every digest 32.</remarks>
    /// <param name="file">Name for the error.</param>
    /// <param name="bytes">All of the file.</param>
    /// <param name="keys">What the reader can open; without them the digests of an encrypted one are not in what is
    /// returned.</param>
    /// <exception cref="LonghaulException">data.damaged, format.unsupported.</exception>
    public static DecodedCheckpoint Decode(string file, ReadOnlyMemory<byte> bytes, BackupKeys? keys = null)
    {
        if (bytes.Length > MaxSize)
        {
            throw Errors.DataDamaged(file, MaxSize, "it is too long");
        }

        var parts = SealedFile.Checkpoint.Read(file, bytes, keys);
        try
        {
            var checkpoint = Checkpoint.Parser.ParseFrom(
                parts is { IsVouchedFor: true, Sealed: { } whole } ? whole.Span : parts.Open.Span
            );
            return ProblemOf(checkpoint) is { } problem
                ? throw Errors.DataDamaged(file, SealedFile.HeaderSize, problem)
                : new DecodedCheckpoint(checkpoint, parts.KeyGeneration);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Errors.DataDamaged(file, SealedFile.HeaderSize, "its content cannot be read", error);
        }
    }

    /// <summary>The hash by which the next checkpoint names this one.</summary>
    /// <param name="file">All of the file.</param>
    public static Digest HashOf(ReadOnlySpan<byte> file) => Digest.Of(file);

    private static Checkpoint WithoutDigests(Checkpoint checkpoint)
    {
        var open = checkpoint.Clone();
        foreach (var segment in open.Segments)
        {
            segment.Digests.Clear();
        }

        return open;
    }

    private static string? ProblemOf(Checkpoint checkpoint)
    {
        if (
            !SessionId.TryRead(checkpoint.Session.Span, out _)
            || !JobId.TryRead(checkpoint.Job.Span, out _)
            || checkpoint.Number is 0 or > long.MaxValue
            || checkpoint.Previous.Length != (checkpoint.Number == 1 ? 0 : Digest.Size)
        )
        {
            return "session, job, number or the hash of the one before is not valid";
        }

        return checkpoint.Segments.All(segment =>
            SegmentId.TryRead(segment.Segment.Span, out _)
            && MachineId.TryRead(segment.Machine.Span, out _)
            && (segment.Seals.IsEmpty || SegmentId.TryRead(segment.Seals.Span, out _))
            && segment.Watermark <= long.MaxValue
            && segment.FirstFrame + (long)segment.Digests.Count <= FrameHeader.MaxNumber + 1L
            && segment.Digests.All(digest => digest.Length == Digest.Size)
        )
            ? null
            : "a segment is not valid";
    }
}
