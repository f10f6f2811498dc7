using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Machines;
using Longhaul.Core.Protecting;
using Longhaul.Core.Retention;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Storage.State;
using FrameSet = Longhaul.Storage.State.FrameSet;

namespace Longhaul.Storage.Tests.Folders;

/// <summary>Steps that a state allows, one after the other, of every sort; their files are imagined.</summary>
internal sealed class RandomSteps(Random chance)
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    private readonly MachineId[] _machines = [MachineId.New(), MachineId.New(), MachineId.New()];

    internal RecordDraft Next(BackupState state)
    {
        var draft = new RecordDraft("random");
        switch (chance.Next(10))
        {
            case 0:
                Condemn(draft, state);
                break;
            case 1:
                Remove(draft, state);
                break;
            case 2:
                Own(draft);
                break;
            case 3:
                draft.Continue(InstanceId.New(), RepositoryId.New());
                break;
            case 4:
                Purge(draft, state);
                break;
            case 5:
                Compact(draft, state);
                break;
            default:
                AddPoint(draft, state);
                break;
        }

        if (draft.IsEmpty)
        {
            draft.Open.FilesCondemned.Add(new CondemnedFile { Name = $"segments/{chance.Next():x32}.1.seg" });
        }

        return draft;
    }

    private void AddPoint(RecordDraft draft, BackupState state)
    {
        var id = _machines[chance.Next(_machines.Length)];
        var chain = state.Machines.GetValueOrDefault(id);
        var sequence = (chain?.NextSequence ?? 1) + chance.Next(2);
        var point = new RestorePoint
        {
            Id = PointId.New(),
            MachineId = id,
            Sequence = sequence,
            CreatedAt = s_start.AddHours(sequence),
            Kind = PointKind.Full,
            SourcePoint = chance.Next(2) == 0 ? PointId.New() : null,
            Root = Hash(),
            Disks = [new DiskLayout("disk0", new ByteSize(chance.Next(1, 1 << 20)))],
            Job = JobId.New(),
            WrittenBy = (BackupOrigin)chance.Next(1, 7),
            IsComplete = chance.Next(4) != 0,
            Pin = (PinReason)chance.Next(3),
        };
        var file = BackupNames.PointFile(id, point.CreatedAt, point.Id);
        var table = new TableState(point.Id, id, sequence, file, chance.Next(1, 1000), Hash(), chance.Next(3) == 0);
        var edit = ChainEditor.Append(chain?.Points ?? [], point, (NewPointKind)chance.Next(1, 4), chance.Next(2) == 0);
        draft.Add(edit.Points[^1], table, $"machine {chance.Next(3)}");
        foreach (var some in state.Points.Select(known => known.Id).Append(point.Id).Where(_ => chance.Next(4) == 0))
        {
            var now = s_start.AddHours(chance.Next(1000));
            draft.Protect(some, new ProtectionTerm(now, now.AddHours(chance.Next(1000))));
        }

        foreach (var change in edit.Changes)
        {
            draft.Change(edit.Points.First(changed => changed.Id == change.Point));
        }

        for (var i = chance.Next(3); i > 0; i--)
        {
            var segment = new SegmentState
            {
                Id = SegmentId.New(),
                Generation = 1,
                Size = chance.Next(1, 1 << 20),
                Frames = chance.Next(1, 200),
                Identity = Hash(),
                Machine = id,
                Born = sequence,
                Bases = [.. state.Segments.Keys.Take(chance.Next(3))],
            };
            draft.Add(segment, BackupNames.SegmentFile(segment.Id, segment.Generation));
        }
    }

    private void Condemn(RecordDraft draft, BackupState state)
    {
        foreach (var segment in state.Segments.Values.Where(_ => chance.Next(2) == 0))
        {
            RecordDraft.AddFrames(draft.Open.Condemned, Some(segment, chance.Next(3) == 0 ? 1 : 3));
            foreach (var set in draft.Open.Condemned)
            {
                set.Bytes = (ulong)chance.Next(1 << 21);
            }

            RecordDraft.AddFrames(draft.Open.Held, Some(segment, 4));
            RecordDraft.AddFrames(draft.Open.Shared, Some(segment, 4));
            RecordDraft.AddFrames(draft.Open.Released, Some(segment, 4));
        }
    }

    /// <summary>Lists segments in a later generation, and condemns their older files and some that were never listed.</summary>
    private void Compact(RecordDraft draft, BackupState state)
    {
        foreach (var segment in state.Segments.Values.Where(segment => !segment.IsDead && chance.Next(2) == 0))
        {
            var again = segment with
            {
                Generation = Math.Max(segment.Generation, segment.SpentGeneration) + chance.Next(1, 3),
                Size = chance.Next(1000, 1 << 20),
                DeadBytes = chance.Next(1000),
                Bases = [.. segment.Bases.Where(_ => chance.Next(2) == 0)],
            };
            var gone = chance.Next(2) == 0 ? segment.Generation : again.Generation + 1;
            draft.Add(again, BackupNames.SegmentFile(again.Id, again.Generation));
            draft.Open.FilesCondemned.Add(new CondemnedFile { Name = BackupNames.SegmentFile(segment.Id, gone) });
        }
    }

    private Dictionary<SegmentId, FrameSet> Some(SegmentState segment, int oneOf) =>
        new() { [segment.Id] = FrameSet.Of(Enumerable.Range(0, segment.Frames).Where(_ => chance.Next(oneOf) == 0)) };

    private void Remove(RecordDraft draft, BackupState state)
    {
        foreach (var machine in state.Machines.Values.Where(machine => machine.Points.Length > 0))
        {
            var going = machine.Points.Where(_ => chance.Next(2) == 0).Select(point => point.Id).ToHashSet();
            var edit = ChainEditor.Remove(machine.Points, going);
            foreach (var gone in edit.Removed)
            {
                draft.Remove(gone);
            }

            foreach (var change in edit.Changes)
            {
                draft.Change(edit.Points.First(point => point.Id == change.Point));
            }

            var visible = edit.Points.Select(point => point.Id).ToHashSet();
            foreach (var table in machine.Tables.Where(table => !visible.Contains(table.Point) && chance.Next(2) == 0))
            {
                draft.DropTable(table.Point);
            }
        }
    }

    private void Own(RecordDraft draft)
    {
        if (chance.Next(3) == 0)
        {
            draft.Open.Ownerless = true;
            return;
        }

        var owner = new OwnerState(
            JobId.New(),
            $"job {chance.Next(9)}",
            RepositoryId.New(),
            $"server {chance.Next(9)}"
        );
        draft.SetOwner(owner, new byte[chance.Next(3)]);
    }

    private void Purge(RecordDraft draft, BackupState state)
    {
        draft.Open.FilesPurged.Add(state.CondemnedFiles.Keys.Where(_ => chance.Next(2) == 0));
        foreach (var dead in state.Segments.Values.Where(segment => segment.IsDead && chance.Next(2) == 0))
        {
            draft.Purge(dead.Id);
        }
    }

    private Digest Hash()
    {
        var bytes = new byte[Digest.Size];
        chance.NextBytes(bytes);
        return Digest.TryRead(bytes, out var hash) ? hash : throw new InvalidOperationException("No digest.");
    }
}
