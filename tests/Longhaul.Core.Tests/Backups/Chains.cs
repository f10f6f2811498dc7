using System.Globalization;
using Longhaul.Core.Backups;
using Longhaul.Core.Machines;

namespace Longhaul.Core.Tests.Backups;

/// <summary>Makes chains for tests from the initials of their kinds: F full, I increment, R reverse increment.</summary>
internal static class Chains
{
    /// <summary>Creation time of the first point of every chain; each further one is a day younger.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    public static readonly MachineId Machine = new(new Guid("00000000-0000-4000-8000-00000000aaaa"));

    public static readonly JobId BackupJob = new(new Guid("00000000-0000-4000-8000-00000000bbbb"));

    /// <summary>The id of the point with a sequence number in a series.</summary>
    public static PointId Id(long sequence, int series = 0) =>
        new(Guid.ParseExact(string.Create(CultureInfo.InvariantCulture, $"{series:x8}{sequence:x24}"), "N"));

    /// <summary>A sound chain of these kinds; sequence numbers from 1, ids by <see cref="Id"/>.</summary>
    public static IReadOnlyList<RestorePoint> Of(string kinds, int series = 1)
    {
        var points = new List<RestorePoint>();
        for (var i = 0; i < kinds.Length; i++)
        {
            var (kind, parent) = kinds[i] switch
            {
                'F' => (PointKind.Full, (PointId?)null),
                'I' => (PointKind.Increment, Id(i, series)),
                _ => (PointKind.ReverseIncrement, Id(i + 2, series)),
            };
            points.Add(Point(i + 1, series) with { Kind = kind, Parent = parent });
        }

        return points;
    }

    /// <summary>A full with that sequence number; its content is told by series and number.</summary>
    public static RestorePoint Point(long sequence, int series = 1) =>
        new()
        {
            Id = Id(sequence, series),
            MachineId = Machine,
            Sequence = sequence,
            CreatedAt = Start.AddDays(sequence - 1),
            Kind = PointKind.Full,
            Root = Digest.Of(Id(sequence, series).ToBytes()),
            Disks = [new DiskLayout("disk0", new ByteSize(1L << 30))],
            Job = BackupJob,
            WrittenBy = BackupOrigin.Backup,
        };

    /// <summary>The kinds of a chain as <see cref="Of"/> takes them.</summary>
    public static string Kinds(IEnumerable<RestorePoint> points) =>
        string.Concat(
            points.Select(point =>
                point.Kind switch
                {
                    PointKind.Full => 'F',
                    PointKind.Increment => 'I',
                    _ => 'R',
                }
            )
        );

    /// <summary>Sequence numbers of points, for reading.</summary>
    public static IReadOnlyList<long> Numbers(IEnumerable<RestorePoint> points) =>
        [.. points.Select(point => point.Sequence)];
}
