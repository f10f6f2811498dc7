using System.Globalization;
using Longhaul.Core;
using Longhaul.Engine.Backups;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Segments;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Tests.Verifying;

/// <summary>Who must suffer from which damage.</summary>
internal static class Expectation
{
    /// <summary>Who suffers, worked out from the sound backup.</summary>
    /// <param name="sound">That backup.</param>
    /// <param name="reached">What its points reach.</param>
    /// <param name="name">The damaged file.</param>
    /// <param name="at">The damaged byte; null for the file as a whole.</param>
    /// <returns>Null when there is no damage to anything that is needed.</returns>
    internal static async Task<HashSet<PointId>?> SufferingAsync(
        OpenBackup sound,
        Dictionary<FrameAddress, HashSet<PointId>> reached,
        string name,
        int? at
    )
    {
        var state = sound.Folder.State;
        var all = state.Points.Select(point => point.Id).ToHashSet();
        if (name == "backup.json" || name.StartsWith("log/", StringComparison.Ordinal))
        {
            return
                name == "backup.json"
                || long.Parse(name.AsSpan(4), CultureInfo.InvariantCulture) >= state.Number - state.SinceWhole
                ? all
                : [];
        }

        if (name.StartsWith("points/", StringComparison.Ordinal))
        {
            var through = LayersOf(state).Where(pair => pair.Value.Any(table => table.File == name)).ToArray();
            return through.Length == 0 ? null : through.Select(pair => pair.Key).ToHashSet();
        }

        var segment = state.Segments.Values.First(segment => sound.Frames.Tables.FileOf(segment.Id) == name);
        if (segment.IsDead)
        {
            return null;
        }

        var table = await sound.Frames.Tables.GetAsync(segment.Id, CancellationToken.None);
        var hit = table.Frames.FirstOrDefault(frame => at >= frame.Offset && at < frame.EndOffset);
        if (hit is not null)
        {
            return reached.GetValueOrDefault(new FrameAddress(segment.Id, hit.Number));
        }

        return reached.Where(pair => pair.Key.Segment == segment.Id).SelectMany(pair => pair.Value).ToHashSet();
    }

    /// <summary>Whether a changed file is the descriptor and says what it said: a hexadecimal digit of another case.</summary>
    internal static bool IsSameDescriptor(OpenBackup sound, string name, byte[] file)
    {
        try
        {
            return name == BackupNames.Backup
                && BackupDescriptor.Decode(BackupNames.Backup, file) == sound.Folder.Descriptor;
        }
        catch (LonghaulException)
        {
            return false;
        }
    }

    /// <summary>The tables each visible point is read through.</summary>
    internal static Dictionary<PointId, List<TableState>> LayersOf(BackupState state)
    {
        var layers = new Dictionary<PointId, List<TableState>>();
        foreach (var point in state.Points)
        {
            var below = state
                .Machines[point.MachineId]
                .Tables.Where(table => table.Sequence <= point.Sequence)
                .ToArray();
            var bottom = below.Last(table => table.Complete).Sequence;
            layers[point.Id] = [.. below.Where(table => table.Sequence >= bottom)];
        }

        return layers;
    }
}
