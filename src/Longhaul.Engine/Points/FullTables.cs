using Longhaul.Storage.State;

namespace Longhaul.Engine.Points;

/// <summary>When a new point gets a complete table although it is no full.</summary>
/// <remarks>
/// <para>A point is read through its table and all older ones down to a complete one, and tables of removed points stay as
/// long as one is read through them. So that neither grows without end, every 31st table in a row is complete: no point is
/// more than <see cref="MaxTables"/> tables from a complete one, and in 60 runs at most two are written for that reason.
/// As soon as the oldest visible point is as young as that table, those before the complete one below it are dropped.</para>
/// <para>Source: docs/format.md, section "Kinds"; docs/decisions/0010-complete-tables-refer-to-nothing.md.</para>
/// </remarks>
internal static class FullTables
{
    /// <summary>Tables from any point down to a complete one, that one not counted.</summary>
    internal const int MaxTables = 30;

    /// <summary>Upper bound of what writing a complete table takes of every block that is not zero, in bytes: its entry, and
    /// reading where it lies.</summary>
    internal const int BytesPerBlock = 96;

    /// <summary>Whether the machine's next point is to have one.</summary>
    /// <param name="chain">What the backup holds of the machine; null for nothing.</param>
    internal static bool IsDue(MachineState? chain) =>
        chain?.Newest is not null && chain.Tables.Reverse().TakeWhile(table => !table.Complete).Count() >= MaxTables;

    /// <summary>Sequence number of the last point that was made a full, whatever it is now.</summary>
    /// <param name="chain">What the backup holds of the machine.</param>
    /// <returns>1 when nothing is known of it.</returns>
    internal static long LastFull(MachineState chain) =>
        chain.Tables.LastOrDefault(table => table.Complete) is not { } complete ? 1
        : complete.IsHiddenFull ? complete.FullSequence
        : complete.Sequence;
}
