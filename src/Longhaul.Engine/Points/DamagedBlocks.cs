using Longhaul.Core;
using Longhaul.Engine.Verifying;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Points;

/// <summary>Blocks of a seed that failed its verification, at the newest point of each machine: sent again, never built
/// upon, never referenced.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class DamagedBlocks
{
    private static readonly IReadOnlySet<long> s_none = new HashSet<long>();

    private readonly Dictionary<(MachineId Machine, string Disk), HashSet<long>> _blocks = [];

    private DamagedBlocks() { }

    /// <summary>No damage.</summary>
    public static DamagedBlocks None { get; } = new();

    /// <summary>The machines whose newest point has damaged blocks.</summary>
    public IReadOnlySet<MachineId> Machines => _blocks.Keys.Select(key => key.Machine).ToHashSet();

    /// <summary>Takes from a report what a copy has to know.</summary>
    /// <param name="report">Of a verification with data.</param>
    /// <param name="state">The state that was verified.</param>
    /// <param name="due">The machines that are to be copied; what hurts no newest point of theirs does not matter.</param>
    /// <exception cref="LonghaulException">data.damaged: more than single blocks is damaged, or more than a report
    /// lists; sending blocks again does not mend that.</exception>
    public static DamagedBlocks Of(VerifyReport report, BackupState state, IReadOnlySet<MachineId> due)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(due);
        var found = new DamagedBlocks();
        var newest = state
            .Machines.Values.Where(machine => machine.Newest is not null && due.Contains(machine.Id))
            .ToDictionary(machine => machine.Newest!.Id, machine => machine.Id);
        foreach (var damage in report.Damaged)
        {
            if (damage is not { Disk: { } disk, Block: { } block } || report.DamagedUnlisted > 0)
            {
                if (damage.Points.Count > 0 && report.DamagedUnlisted == 0 && !damage.Points.Any(newest.ContainsKey))
                {
                    continue;
                }

                throw Errors.DataDamaged(damage.File, damage.Offset, damage.What);
            }

            foreach (var point in damage.Points.Where(newest.ContainsKey))
            {
                var key = (newest[point], disk);
                if (!found._blocks.TryGetValue(key, out var blocks))
                {
                    found._blocks[key] = blocks = [];
                }

                blocks.Add(block);
            }
        }

        return found;
    }

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
