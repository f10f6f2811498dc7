using System.Text;
using Longhaul.Format.Descriptors;

namespace Longhaul.Fuzz.Targets;

/// <summary>The name of a file in a backup's folder: there is one name for each thing.</summary>
internal sealed class NameTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public static string Name => "name";

    /// <inheritdoc/>
    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var name = Encoding.UTF8.GetString(input);
        Same(name, BackupNames.TryParseRecord(name, out var record) ? BackupNames.Record(record) : name);
        Same(
            name,
            BackupNames.TryParseSegmentFile(name, out var segment, out var generation)
                ? BackupNames.SegmentFile(segment, generation)
                : name
        );
        Same(
            name,
            BackupNames.TryParseCheckpoint(name, out var session, out var number)
                ? BackupNames.Checkpoint(session, number)
                : name
        );
        Same(
            name,
            BackupNames.TryParseLease(name, out var holder, out number) ? BackupNames.Lease(holder, number) : name
        );
        var isPoint = BackupNames.TryParsePointFile(name, out var machine, out var createdAt, out var point);
        Same(name, isPoint && name.Count('.') == 2 ? BackupNames.PointFile(machine, createdAt, point) : name);
        _ = BackupNames.IsData(name);
    }

    private static void Same(string name, string again) => Expect.That(name == again, $"'{name}' is read as '{again}'");
}
