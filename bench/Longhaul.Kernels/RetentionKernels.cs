using BenchmarkDotNet.Attributes;
using Longhaul.Core.Backups;
using Longhaul.Core.Retention;

namespace Longhaul.Kernels;

/// <summary>What becomes of each point of a chain, by every rule at once.</summary>
public class RetentionKernels
{
    private static readonly DateTimeOffset s_first = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RetentionPolicy _policy = new()
    {
        Last = 50_000,
        Days = 365,
        Weekly = 520,
        Monthly = 120,
        Quarterly = 40,
        Yearly = 10,
        Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
    };

    private RestorePoint[] _points = [];

    /// <summary>A point every twenty minutes: some four years.</summary>
    [Params(100_000)]
    public int Points { get; set; }

    /// <summary>Makes the chain.</summary>
    [GlobalSetup]
    public void Make()
    {
        var (machine, job) = (MachineId.New(), JobId.New());
        _points = new RestorePoint[Points];
        for (var i = 0; i < Points; i++)
        {
            _points[i] = new RestorePoint
            {
                Id = PointId.New(),
                MachineId = machine,
                Sequence = i + 1,
                CreatedAt = s_first.AddMinutes(20 * i),
                Kind = i == 0 ? PointKind.Full : PointKind.Increment,
                Parent = i == 0 ? null : _points[i - 1].Id,
                Root = default,
                Disks = [],
                Job = job,
                WrittenBy = BackupOrigin.Backup,
            };
        }
    }

    /// <summary>Decides.</summary>
    [Benchmark]
    public RetentionPlan Plan() => RetentionPlanner.Plan(_points, _policy);
}
