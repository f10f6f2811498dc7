using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Protecting;
using Longhaul.Format.Log;

namespace Longhaul.Storage.State;

/// <summary>One step being put together: what it changes, and what it relies on.</summary>
/// <remarks>A draft is prepared against one state and committed once. What it relies on (frames it references, files it
/// lists) is checked again by <see cref="Folders.BackupFolder"/> against every record that came between.</remarks>
/// <threadsafety>One caller at a time.</threadsafety>
public sealed class RecordDraft
{
    /// <summary>Begins a step.</summary>
    /// <param name="step">What the step is, for people: <c>commit</c>, <c>merge</c>, <c>convert</c> …</param>
    public RecordDraft(string step) => Open = new Record { Step = step };

    /// <summary>The part that is readable without keys.</summary>
    public Record Open { get; }

    /// <summary>The part that is sealed in an encrypted backup.</summary>
    public Sealed SealedPart { get; } = new();

    /// <summary>Frames outside this step's own segments that it references, by segment: as blocks, or as bases of deltas.</summary>
    public Dictionary<SegmentId, FrameSet> References { get; } = [];

    /// <summary>Files this step lists that no earlier record lists.</summary>
    public HashSet<string> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the step changes nothing, so that no record need be put.</summary>
    public bool IsEmpty =>
        Open.Birth is null
        && Open.Owner is null
        && !Open.Ownerless
        && Open.Continued is null
        && Open.Keys is null
        && Open.Machines.Count == 0
        && Open.Points.Count == 0
        && Open.PointChanges.Count == 0
        && Open.PointsRemoved.Count == 0
        && Open.TablesDropped.Count == 0
        && Open.Segments.Count == 0
        && Open.Condemned.Count == 0
        && Open.Held.Count == 0
        && Open.Shared.Count == 0
        && Open.Released.Count == 0
        && Open.SegmentsPurged.Count == 0
        && Open.FilesCondemned.Count == 0
        && Open.FilesPurged.Count == 0
        && Open.Protections.Count == 0
        && SealedPart.JobDefinition.IsEmpty;

    /// <summary>Names the owner from here on.</summary>
    /// <param name="owner">The job and where it counts.</param>
    /// <param name="definition">Its definition without secrets, UTF-8 JSON.</param>
    public void SetOwner(OwnerState owner, ReadOnlyMemory<byte> definition)
    {
        Open.Owner = new Owner
        {
            Job = Bytes(owner.Job),
            Repository = Bytes(owner.Repository),
            Server = owner.Server,
        };
        SealedPart.OwnerName = owner.JobName;
        SealedPart.JobDefinition = ByteString.CopyFrom(definition.Span);
    }

    /// <summary>Gives the folder an identity of its own, apart from the copy it was made from.</summary>
    /// <param name="instance">The new instance id.</param>
    /// <param name="repository">The repository it lies in.</param>
    public void Continue(InstanceId instance, RepositoryId repository) =>
        Open.Continued = new Continued { Instance = Bytes(instance), Repository = Bytes(repository) };

    /// <summary>Lists a point and its table.</summary>
    /// <param name="point">The point; its sequence number follows every one its machine used.</param>
    /// <param name="table">Its table.</param>
    /// <param name="machineName">The machine's present name.</param>
    public void Add(RestorePoint point, TableState table, string machineName)
    {
        Open.Machines.Add(new Machine { Id = Bytes(point.MachineId), NextSequence = (ulong)(table.Sequence + 1) });
        SealedPart.Machines.Add(new SealedMachine { Id = Bytes(point.MachineId), Name = machineName });
        Open.Points.Add(Messages.Of(point, table));
        SealedPart.Points.Add(Messages.SealedOf(point));
        Files.Add(table.File);
    }

    /// <summary>Lists a sealed segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="file">Its file name, from the backup folder down.</param>
    public void Add(SegmentState segment, string file)
    {
        Open.Segments.Add(Messages.Of(segment));
        Files.Add(file);
    }

    /// <summary>Says what a point is from here on.</summary>
    /// <param name="point">The point with its new kind, parent, completeness and pin.</param>
    public void Change(RestorePoint point) =>
        Open.PointChanges.Add(
            new PointChange
            {
                Id = Bytes(point.Id),
                Kind = (Kind)point.Kind,
                Parent = point.Parent is { } parent ? Bytes(parent) : ByteString.Empty,
                Incomplete = !point.IsComplete,
                Pin = (Pin)point.Pin,
            }
        );

    /// <summary>Protects a visible point, or one that this step lists, from deletion.</summary>
    /// <param name="point">The point.</param>
    /// <param name="term">From when until when.</param>
    public void Protect(PointId point, ProtectionTerm term)
    {
        ArgumentNullException.ThrowIfNull(term);
        Open.Protections.Add(Messages.Of(point, term.Until));
        Open.ProtectedTime = term.Since.ToUnixTimeMilliseconds();
    }

    /// <summary>Removes a visible point.</summary>
    /// <param name="point">The point.</param>
    public void Remove(PointId point) => Open.PointsRemoved.Add(Bytes(point));

    /// <summary>Drops a table that no visible point needs.</summary>
    /// <param name="point">The point whose table it was.</param>
    public void DropTable(PointId point) => Open.TablesDropped.Add(Bytes(point));

    /// <summary>Adds sets of frames to one of the lists of the open part.</summary>
    /// <param name="list">The list: condemned, held, shared or released.</param>
    /// <param name="frames">By segment.</param>
    /// <param name="bytes">Stored bytes of the frames, headers included, by segment; for those that are condemned.</param>
    public static void AddFrames(
        ICollection<Format.Log.FrameSet> list,
        IEnumerable<KeyValuePair<SegmentId, FrameSet>> frames,
        IReadOnlyDictionary<SegmentId, long>? bytes = null
    )
    {
        foreach (var (segment, set) in frames.Where(pair => pair.Value.Count > 0).OrderBy(pair => pair.Key))
        {
            var message = FrameSetMessage.Write(segment, set);
            message.Bytes = (ulong)(bytes?.GetValueOrDefault(segment) ?? 0);
            list.Add(message);
        }
    }

    /// <summary>Purges dead segments whose files are gone.</summary>
    /// <param name="segment">The segment.</param>
    public void Purge(SegmentId segment) => Open.SegmentsPurged.Add(Bytes(segment));

    private static ByteString Bytes<T>(Id<T> id) => ByteString.CopyFrom(id.ToBytes());
}
