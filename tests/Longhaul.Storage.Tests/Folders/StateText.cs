using System.Globalization;
using System.Text;
using Longhaul.Storage.State;

namespace Longhaul.Storage.Tests.Folders;

/// <summary>A backup's state as text, everything in it but how long ago the last whole record was.</summary>
internal static class StateText
{
    internal static string Of(BackupState state)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"{state.Number} {state.Head} {state.WrittenAt:O} {state.Origin} {state.BornOf} {state.BornIn}");
        Line($"protected {state.ProtectedTime:O}");
        Line(
            $"{state.ContinuedAs} {state.ContinuedIn} {state.Owner} {Convert.ToHexString(state.JobDefinition.AsSpan())}"
        );
        foreach (var machine in state.Machines.Values)
        {
            Line($"machine {machine.Id} {machine.Name} {machine.NextSequence}");
            foreach (var point in machine.Points)
            {
                var disks = string.Join(',', point.Disks);
                Line($"  {point with { Disks = [] }} {disks}");
            }

            foreach (var table in machine.Tables)
            {
                Line($"  {table}");
            }
        }

        foreach (var segment in state.Segments.Values.OrderBy(segment => segment.Id))
        {
            Line($"segment {segment.Id} {segment.Generation} {segment.Size} {segment.Frames} {segment.Identity}");
            Line($"  {segment.Machine} {segment.Born} {segment.DeadSince} {string.Join(',', segment.Bases)}");
            Line($"  {segment.DeadBytes} {segment.SpentGeneration}");
            Line($"  condemned {string.Join(',', segment.Condemned.Numbers())}");
            Line($"  held {string.Join(',', segment.Held.Numbers())}");
            Line($"  shared {string.Join(',', segment.Shared.Numbers())}");
        }

        foreach (var (file, since) in state.CondemnedFiles)
        {
            Line($"condemned {file} {since}");
        }

        return text.ToString();
    }
}
