using Longhaul.Core;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Points;

/// <summary>What a verification found damaged at the newest point of each machine: blocks are sent again, never built upon, never
/// referenced; a machine of which more is damaged cannot be copied.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class DamagedBlocks
{
    private static readonly IReadOnlySet<long> s_none = new HashSet<long>();

    private readonly Dictionary<(MachineId Machine, string Disk), HashSet<long>> _blocks = [];
    private readonly Dictionary<MachineId, LonghaulException> _failures = [];

    private DamagedBlocks() { }

    /// <summary>No damage.</summary>
    public static DamagedBlocks None { get; } = new();

    /// <summary>The machines whose newest point is damaged.</summary>
    public IReadOnlySet<MachineId> Machines =>
        _blocks.Keys.Select(key => key.Machine).Concat(_failures.Keys).ToHashSet();

    /// <summary>Takes from a report what a copy has to know.</summary>
    /// <param name="report">Of a verification with data.</param>
    /// <param name="state">The state that was verified.</param>
    public static DamagedBlocks Of(VerifyReport report, BackupState state)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(state);
        var found = new DamagedBlocks();
        var newest = state
            .Machines.Values.Where(machine => machine.Newest is not null)
            .ToDictionary(machine => machine.Newest!.Id, machine => machine.Id);
        foreach (var damage in report.Damaged)
        {
            foreach (var point in damage.Points.Where(newest.ContainsKey))
            {
                found.Add(newest[point], damage);
            }
        }

        if (report.DamagedUnlisted > 0)
        {
            // Which blocks these are is not known, so none of them can be sent again.
            var first = report.Damaged[0];
            foreach (var point in report.Suffering.Where(newest.ContainsKey))
            {
                var known = report.Damaged.FirstOrDefault(damage => damage.Points.Contains(point)) ?? first;
                found._failures.TryAdd(newest[point], Errors.DataDamaged(known.File, known.Offset, known.What));
            }
        }

        return found;
    }

    private void Add(MachineId machine, Damage damage)
    {
        if (damage is not { Disk: { } disk, Block: { } block })
        {
            _failures.TryAdd(machine, Errors.DataDamaged(damage.File, damage.Offset, damage.What));
            return;
        }

        if (!_blocks.TryGetValue((machine, disk), out var blocks))
        {
            _blocks[(machine, disk)] = blocks = [];
        }

        blocks.Add(block);
    }

    /// <summary>Why a machine cannot be copied: of its newest point more is damaged than single blocks, or more than a report lists;
    /// sending blocks again does not mend that.</summary>
    /// <param name="machine">The machine, by the backup's id.</param>
    /// <returns>data.damaged: the first damaged place; null when it can.</returns>
    public LonghaulException? FailureOf(MachineId machine) => _failures.GetValueOrDefault(machine);

    /// <summary>How many blocks of a machine's newest point are damaged.</summary>
    /// <param name="machine">The machine, by the backup's id.</param>
    internal int CountOf(MachineId machine) =>
        _blocks.Where(entry => entry.Key.Machine == machine).Sum(entry => entry.Value.Count);

    /// <summary>The damaged blocks of a disk.</summary>
    /// <param name="machine">The machine, by the backup's id.</param>
    /// <param name="disk">The disk's identity.</param>
    /// <returns>Block indexes, in the backup's block size; empty for none.</returns>
    internal IReadOnlySet<long> Of(MachineId machine, string disk) =>
        _blocks.TryGetValue((machine, disk), out var blocks) ? blocks : s_none;
}
