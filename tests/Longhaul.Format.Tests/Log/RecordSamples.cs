using Google.Protobuf;
using Longhaul.Format.Checkpoints;
using Longhaul.Format.Log;
using Disk = Longhaul.Format.Log.Disk;
using Segment = Longhaul.Format.Log.Segment;

namespace Longhaul.Format.Tests.Log;

/// <summary>A record and a checkpoint with something in every kind of field.</summary>
internal static class RecordSamples
{
    internal static Checkpoint MakeCheckpoint() =>
        new()
        {
            Session = ByteString.CopyFrom(Samples.Session.ToBytes()),
            Number = 1,
            Job = ByteString.CopyFrom(Samples.Job.ToBytes()),
            WrittenAt = 1_795_312_800_123,
            Segments =
            {
                new SegmentProgress
                {
                    Segment = ByteString.CopyFrom(Samples.Segment.ToBytes()),
                    Machine = ByteString.CopyFrom(Samples.Machine.ToBytes()),
                    Watermark = 1234,
                    Digests = { ByteString.CopyFrom(Samples.DigestOf(1).ToBytes()) },
                },
            },
        };

    internal static (Format.Log.Record Open, Sealed Sealed) Make(int number, int[] dead)
    {
        var (point, machine) = (
            ByteString.CopyFrom(Samples.Point.ToBytes()),
            ByteString.CopyFrom(Samples.Machine.ToBytes())
        );
        var (job, hash) = (
            ByteString.CopyFrom(Samples.Job.ToBytes()),
            ByteString.CopyFrom(Samples.DigestOf(1).ToBytes())
        );
        var segment = ByteString.CopyFrom(Samples.Segment.ToBytes());
        var dropped = new FrameSet { Segment = ByteString.CopyFrom(Samples.OtherSegment.ToBytes()) };
        dropped.Runs.AddRange(RunsOf(dead));
        var open = new Format.Log.Record
        {
            Number = (ulong)number,
            Previous = number == 1 ? ByteString.Empty : hash,
            WrittenAt = 1_795_312_800_123,
            Session = ByteString.CopyFrom(Samples.Session.ToBytes()),
            Step = "commit",
            Birth = new Birth { Origin = Origin.Backup, Job = job },
            Owner = new Owner
            {
                Job = job,
                Repository = ByteString.CopyFrom(Samples.Repository.ToBytes()),
                Server = "s",
            },
            Machines =
            {
                new Machine { Id = machine, NextSequence = 2 },
            },
            Points =
            {
                new Point
                {
                    Id = point,
                    Machine = machine,
                    CreatedAt = 1_795_312_800_000,
                    Kind = Kind.Full,
                    Job = job,
                    WrittenBy = Origin.Backup,
                    Table = new Table
                    {
                        Point = point,
                        Machine = machine,
                        Sequence = 1,
                        File = "points/a.point",
                        Size = 1000,
                        Hash = hash,
                        Complete = true,
                    },
                },
            },
            Segments =
            {
                new Segment
                {
                    Id = segment,
                    Generation = 1,
                    Size = 5000,
                    Frames = 3,
                    Identity = hash,
                    Machine = machine,
                    Born = 1,
                },
            },
            Condemned = { dropped },
        };
        var sealedPart = new Sealed
        {
            Machines =
            {
                new SealedMachine { Id = machine, Name = "mail" },
            },
            Points =
            {
                new SealedPoint
                {
                    Id = point,
                    Root = hash,
                    Disks =
                    {
                        new Disk { Id = "disk0", Size = 1 << 30 },
                    },
                },
            },
        };
        return (open, sealedPart);
    }

    /// <summary>Start, counted from the end of the run before, and length, alternating; as docs/format.md says it.</summary>
    internal static List<uint> RunsOf(IEnumerable<int> numbers)
    {
        var runs = new List<uint>();
        var next = 0;
        foreach (var number in numbers.Distinct().Order())
        {
            if (runs.Count > 0 && number == next)
            {
                runs[^1]++;
            }
            else
            {
                runs.AddRange([(uint)(number - next), 1]);
            }

            next = number + 1;
        }

        return runs;
    }
}
