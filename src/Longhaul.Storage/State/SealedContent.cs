using System.Collections.Immutable;
using Longhaul.Core;
using Longhaul.Format.Descriptors;

namespace Longhaul.Storage.State;

/// <summary>A plain backup's content written anew, sealed: what takes the place of what.</summary>
/// <param name="backup">The backup's name, for errors.</param>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class SealedContent(string backup)
{
    private readonly Dictionary<SegmentId, SegmentState> _segments = [];
    private readonly Dictionary<PointId, (TableState Before, TableState After)> _tables = [];

    /// <summary>Files of it: segments and point files.</summary>
    internal IEnumerable<string> Files =>
        _segments
            .Values.Select(segment => BackupNames.SegmentFile(segment.Id, segment.Generation))
            .Concat(_tables.Values.Select(table => table.After.File));

    /// <summary>Adds a segment.</summary>
    /// <param name="before">The plain one.</param>
    /// <param name="after">The one that holds the same sealed, without its sets of frames.</param>
    public void Add(SegmentId before, SegmentState after) => _segments[before] = after;

    /// <summary>Adds a point file.</summary>
    /// <param name="before">The plain one.</param>
    /// <param name="after">The one that says the same sealed.</param>
    public void Add(TableState before, TableState after) => _tables[before.Point] = (before, after);

    /// <summary>The segment that takes the place of another; itself where none does: it was listed no more.</summary>
    /// <param name="segment">The plain one.</param>
    public SegmentId Move(SegmentId segment) => _segments.TryGetValue(segment, out var after) ? after.Id : segment;

    /// <summary>The segment that takes the place of one that holds the base of a delta.</summary>
    /// <param name="segment">The plain one; added before.</param>
    /// <exception cref="InvalidOperationException">It was not: the delta would be upon something else.</exception>
    public SegmentId MoveBase(SegmentId segment) =>
        _segments.TryGetValue(segment, out var after)
            ? after.Id
            : throw new InvalidOperationException($"Segment {segment} holds a base, and was not written before.");

    /// <summary>The state with what is sealed in the place of what was plain, and the plain files condemned.</summary>
    /// <param name="state">The state; points may have gone since the content was written, and none have come.</param>
    /// <param name="listed">The key list.</param>
    /// <exception cref="LonghaulException">backup.changed: it has something that was not written anew.</exception>
    internal BackupState PutInto(BackupState state, KeyListState listed)
    {
        var segments = ImmutableDictionary.CreateBuilder<SegmentId, SegmentState>();
        var condemned = state.CondemnedFiles.ToBuilder();
        foreach (var plain in state.Segments.Values)
        {
            condemned[BackupNames.SegmentFile(plain.Id, plain.Generation)] = plain.IsDead
                ? plain.DeadSince
                : state.Number + 1;
            if (!plain.IsDead)
            {
                var after = _segments.GetValueOrDefault(plain.Id) ?? throw Changed();
                segments[after.Id] = after with
                {
                    Condemned = plain.Condemned,
                    Held = plain.Held,
                    Shared = plain.Shared,
                };
            }
        }

        var machines = state.Machines.SetItems(
            state.Machines.Select(pair =>
                KeyValuePair.Create(
                    pair.Key,
                    pair.Value with
                    {
                        Tables =
                        [
                            .. pair.Value.Tables.Select(table =>
                            {
                                condemned[table.File] = state.Number + 1;
                                return After(table);
                            }),
                        ],
                    }
                )
            )
        );
        return state with
        {
            KeyList = listed,
            Segments = segments.ToImmutable(),
            Machines = machines,
            CondemnedFiles = condemned.ToImmutable(),
        };
    }

    private TableState After(TableState table) =>
        _tables.TryGetValue(table.Point, out var pair) && pair.Before == table ? pair.After : throw Changed();

    private LonghaulException Changed() =>
        Errors.BackupChanged(backup, "something was added while it was being encrypted");
}
