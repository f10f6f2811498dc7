using Longhaul.Format.Descriptors;
using Longhaul.Storage.State;

namespace Longhaul.Engine.Reclaiming;

/// <summary>A file that may be deleted once the record that condemned it is old enough.</summary>
/// <param name="Name">Its name, from the backup folder down.</param>
/// <param name="Since">Number of the record.</param>
/// <param name="Segment">The dead segment whose file it is; null for one condemned by name.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record CondemnedFile(string Name, long Since, SegmentId? Segment)
{
    /// <summary>All of them.</summary>
    /// <param name="state">The state that condemns them.</param>
    internal static IReadOnlyList<CondemnedFile> Of(BackupState state) =>
        [
            .. state
                .Segments.Values.Where(segment => segment.IsDead)
                .OrderBy(segment => segment.Id)
                .Select(segment => new CondemnedFile(
                    BackupNames.SegmentFile(segment.Id, segment.Generation),
                    segment.DeadSince,
                    segment.Id
                )),
            .. state.CondemnedFiles.Select(file => new CondemnedFile(file.Key, file.Value, null)),
        ];
}
