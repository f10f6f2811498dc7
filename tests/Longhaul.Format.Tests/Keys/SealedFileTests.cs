using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Keys;
using Longhaul.Format.Log;
using Longhaul.Format.Tests.Log;

namespace Longhaul.Format.Tests.Keys;

/// <summary>Records and checkpoints of an encrypted backup.</summary>
public sealed class SealedFileTests
{
    private const string File = "log/00000002";

    private static readonly BackupKeys s_keys = NewKeys();

    [Fact]
    public void With_the_key_a_record_is_vouched_for_and_without_it_only_the_open_part_is_read()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        var bytes = RecordCodec.Encode(open, sealedPart, s_keys.Newest);

        var (readOpen, readSealed, generation, isVouchedFor) = RecordCodec.Decode(File, bytes, s_keys);
        Assert.Equal((open, sealedPart, 1, true), (readOpen, readSealed, generation, isVouchedFor));

        (readOpen, readSealed, generation, isVouchedFor) = RecordCodec.Decode(File, bytes);
        Assert.Equal((open, 1, false), (readOpen, generation, isVouchedFor));
        Assert.Null(readSealed);
    }

    /// <summary>Names of machines and digests of contents stand in the sealed part: neither is in the bytes.</summary>
    [Fact]
    public void What_is_sealed_is_not_in_the_file()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        sealedPart.Points[0].Root = ByteString.CopyFrom(Digest.Of("a disk"u8).ToBytes());
        var bytes = RecordCodec.Encode(open, sealedPart, s_keys.Newest);

        Assert.All(
            sealedPart.Points.Select(point => point.Root.ToByteArray()),
            root => Assert.Equal(-1, bytes.AsSpan().IndexOf(root))
        );
        Assert.All(
            sealedPart.Machines.Select(machine => ByteString.CopyFromUtf8(machine.Name).ToByteArray()),
            name => Assert.Equal(-1, bytes.AsSpan().IndexOf(name))
        );
    }

    /// <summary>The hash is made anew after the change, as a forger can: the MAC is what is left.</summary>
    [Fact]
    public void A_forged_record_is_refused_by_who_has_the_key()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        var bytes = RecordCodec.Encode(open, sealedPart, s_keys.Newest);
        for (var place = 12; place < bytes.Length - Digest.Size; place++)
        {
            var forged = bytes.ToArray();
            forged[place] ^= 1;
            Digest.Of(forged.AsSpan(0, forged.Length - Digest.Size)).CopyTo(forged.AsSpan(forged.Length - Digest.Size));
            DecodedRecord? read = null;
            try
            {
                read = RecordCodec.Decode(File, forged, s_keys);
            }
            catch (LonghaulException error)
            {
                Assert.Contains(error.Code, (string[])["data.damaged", "format.unsupported"]);
            }

            // A generation that nobody has is nobody's word.
            Assert.False(read?.IsVouchedFor ?? false, $"byte {place}");
        }
    }

    [Fact]
    public void A_record_of_another_backup_or_an_older_key_is_not_vouched_for()
    {
        var (open, sealedPart) = RecordSamples.Make(2, [1, 2, 9]);
        var elsewhere = RecordCodec.Encode(open, sealedPart, NewKeys().Newest);

        Assert.Equal(
            "data.damaged",
            Assert.Throws<LonghaulException>(() => RecordCodec.Decode(File, elsewhere, s_keys)).Code
        );
    }

    [Fact]
    public void The_digests_of_a_checkpoint_are_sealed_and_its_segments_are_not()
    {
        var checkpoint = new Checkpoint
        {
            Session = ByteString.CopyFrom(SessionId.New().ToBytes()),
            Job = ByteString.CopyFrom(JobId.New().ToBytes()),
            Number = 1,
            Segments =
            {
                new SegmentProgress
                {
                    Segment = ByteString.CopyFrom(SegmentId.New().ToBytes()),
                    Machine = ByteString.CopyFrom(MachineId.New().ToBytes()),
                    Watermark = 4096,
                    Digests = { ByteString.CopyFrom(Digest.Of("a"u8).ToBytes()) },
                },
            },
        };
        var bytes = CheckpointCodec.Encode(checkpoint, s_keys.Newest);
        var bare = checkpoint.Clone();
        bare.Segments[0].Digests.Clear();

        Assert.Equal(new DecodedCheckpoint(checkpoint, 1), CheckpointCodec.Decode(File, bytes, s_keys));
        Assert.Equal(new DecodedCheckpoint(bare, 1), CheckpointCodec.Decode(File, bytes));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(Digest.Of("a"u8).ToBytes()));
    }

    private static BackupKeys NewKeys() =>
        KeyList
            .Create(
                BackupId.New(),
                new Password("secret"),
                "",
                new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero),
                new PasswordCost(8, 1)
            )
            .Keys;
}
