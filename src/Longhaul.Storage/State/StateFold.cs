using System.Collections.Immutable;
using Longhaul.Core;
using Longhaul.Core.Backups;
using Longhaul.Core.Jobs;
using Longhaul.Format.Log;
using Longhaul.Format.Segments;
using CoreMachine = Longhaul.Core.Machines.Machine;
using CoreSegment = Longhaul.Core.Backups.Segment;

namespace Longhaul.Storage.State;

/// <summary>Applies one record of the log to the state before it.</summary>
/// <remarks>
/// <para>Pure. A record that contradicts the state before it (a point of an unknown machine, a frame past its segment's
/// end) is damage: it throws data.damaged with the record's name, and nothing is applied.</para>
/// <para>Source: docs/format.md, section "Log record".</para>
/// </remarks>
public static class StateFold
{
    /// <summary>The state after a record.</summary>
    /// <param name="before">The state the record was put upon; any state when the record is whole.</param>
    /// <param name="open">The open part.</param>
    /// <param name="sealedPart">The sealed part.</param>
    /// <param name="head">SHA-256 of the record's file.</param>
    /// <param name="file">The record's name, for errors.</param>
    /// <exception cref="LonghaulException">data.damaged: the record is not one that a writer could have put here.</exception>
    public static BackupState Apply(BackupState before, Record open, Sealed sealedPart, Digest head, string file)
    {
        var number = checked((long)open.Number);
        var state = (open.Whole ? BackupState.None : before) with
        {
            Number = number,
            Head = head,
            WrittenAt = Fields.Time(open.WrittenAt, file),
            SinceWhole = open.Whole ? 0 : before.SinceWhole + 1,
        };

        state = ApplyIdentity(state, open, sealedPart, file);
        state = ApplySegments(state, open, file);
        state = ApplyMachines(state, open, sealedPart, file);
        state = PointFold.Apply(state, open.Whole ? BackupState.None : before, open, sealedPart, file);
        return FrameFold.Apply(state, open, file);
    }

    private static BackupState ApplyIdentity(BackupState state, Record open, Sealed sealedPart, string file)
    {
        if (open.Birth is { } birth)
        {
            state = state with
            {
                Origin = Fields.Origin(birth.Origin, file),
                BornOf = Fields.Id<JobDefinition>(birth.Job, file),
                BornIn = Fields.Id<Repository>(birth.Repository, file),
                Backup = birth.Backup.IsEmpty ? default : Fields.Id<Backup>(birth.Backup, file),
            };
        }

        if (open.Keys is { } keys)
        {
            state = state with { KeyList = KeyListState.Of(keys, file) };
        }

        if (state.Origin == 0)
        {
            throw Damaged(file, "the first record says nothing about the backup's birth");
        }

        if (open.Continued is { } continued)
        {
            // The owner of the folder it was copied from does not own what goes its own way.
            state = Unprotected(state) with
            {
                Owner = null,
                ContinuedAs = Fields.Id<Instance>(continued.Instance, file),
                ContinuedIn = Fields.Id<Repository>(continued.Repository, file),
            };
        }

        if (open.ProtectedTime != 0)
        {
            state = state with { ProtectedTime = Fields.Time(open.ProtectedTime, file) };
        }

        if (open.Owner is { } owner)
        {
            state = state with
            {
                Owner = new OwnerState(
                    Fields.Id<JobDefinition>(owner.Job, file),
                    sealedPart.OwnerName,
                    Fields.Id<Repository>(owner.Repository, file),
                    owner.Server
                ),
            };
        }
        else if (open.Ownerless)
        {
            state = state with { Owner = null };
        }

        if (sealedPart.OwnerName.Length > 0 && state.Owner is { } named)
        {
            state = state with { Owner = named with { JobName = sealedPart.OwnerName } };
        }

        return sealedPart.JobDefinition.IsEmpty
            ? state
            : state with
            {
                JobDefinition = [.. sealedPart.JobDefinition.Span],
            };
    }

    /// <summary>Files that were copied are protected by nobody, and another clock counts where they lie.</summary>
    private static BackupState Unprotected(BackupState state) =>
        state.ProtectedTime is null
            ? state
            : state with
            {
                ProtectedTime = null,
                Machines = state.Machines.ToImmutableSortedDictionary(
                    pair => pair.Key,
                    pair =>
                        pair.Value with
                        {
                            Points = [.. pair.Value.Points.Select(point => point with { ProtectedUntil = null })],
                        }
                ),
            };

    private static BackupState ApplySegments(BackupState state, Record open, string file)
    {
        var segments = state.Segments.ToBuilder();
        foreach (var segment in open.Segments)
        {
            var listed = SegmentFields.Segment(segment, file);
            segments[listed.Id] = segments.TryGetValue(listed.Id, out var known)
                ? SegmentFields.Again(known, listed, file)
                : listed;
            if (known is null && !open.Whole && listed.Generation != SegmentPreamble.FirstGeneration)
            {
                throw Damaged(file, $"segment {listed.Id} is written again, and not listed");
            }
        }

        foreach (var bytes in open.SegmentsPurged)
        {
            var id = Fields.Id<CoreSegment>(bytes, file);
            if (!segments.TryGetValue(id, out var gone) || !gone.IsDead)
            {
                throw Damaged(file, $"segment {id} is purged while it is needed");
            }

            segments.Remove(id);
        }

        return state with
        {
            Segments = segments.ToImmutable(),
        };
    }

    private static BackupState ApplyMachines(BackupState state, Record open, Sealed sealedPart, string file)
    {
        var machines = state.Machines.ToBuilder();
        foreach (var machine in open.Machines)
        {
            var id = Fields.Id<CoreMachine>(machine.Id, file);
            var next = checked((long)machine.NextSequence);
            machines[id] = machines.TryGetValue(id, out var known)
                ? known with
                {
                    NextSequence = Math.Max(known.NextSequence, next),
                }
                : new MachineState(id, "", Math.Max(1, next), [], []);
        }

        foreach (var named in sealedPart.Machines)
        {
            var id = Fields.Id<CoreMachine>(named.Id, file);
            machines[id] = Known(machines, id, file) with { Name = named.Name };
        }

        return state with
        {
            Machines = machines.ToImmutable(),
        };
    }

    private static MachineState Known(
        ImmutableSortedDictionary<MachineId, MachineState>.Builder machines,
        MachineId id,
        string file
    ) => machines.TryGetValue(id, out var machine) ? machine : throw Damaged(file, $"machine {id} is not listed");

    private static LonghaulException Damaged(string file, string what) => Errors.DataDamaged(file, 0, what);
}
