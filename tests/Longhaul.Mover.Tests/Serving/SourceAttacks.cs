using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Format.Descriptors;
using Longhaul.Format.Log;
using Longhaul.Storage.State;

namespace Longhaul.Mover.Tests.Serving;

/// <summary>Records that somebody would put who wants restore points to be gone, or nobody to read them.</summary>
internal static class SourceAttacks
{
    /// <summary>Records that follow the newest one and take something away, or try to.</summary>
    internal static IEnumerable<(string What, Record Open, Sealed SealedPart)> On(BackupState state)
    {
        var nothing = new Sealed();
        var point = state.Points.First();
        var segment = state.Segments.Values.First(each => !each.IsDead);
        yield return ("removes a point", Next(state, open => open.PointsRemoved.Add(Bytes(point.Id))), nothing);
        yield return (
            "removes all points",
            Next(state, open => open.PointsRemoved.Add(state.Points.Select(each => Bytes(each.Id)))),
            nothing
        );
        yield return (
            "condemns frames",
            Next(
                state,
                open =>
                    RecordDraft.AddFrames(
                        open.Condemned,
                        [
                            KeyValuePair.Create(
                                segment.Id,
                                Storage.State.FrameSet.Of(Enumerable.Range(0, segment.Frames))
                            ),
                        ]
                    )
            ),
            nothing
        );
        yield return (
            "condemns a file",
            Next(
                state,
                open =>
                    open.FilesCondemned.Add(
                        new CondemnedFile { Name = BackupNames.SegmentFile(segment.Id, segment.Generation + 1) }
                    )
            ),
            nothing
        );
        yield return (
            "moves a segment",
            Next(
                state,
                open =>
                    open.Segments.Add(
                        new Format.Log.Segment
                        {
                            Id = Bytes(segment.Id),
                            Generation = (uint)segment.Generation + 1,
                            Size = 100,
                            Frames = (uint)segment.Frames,
                            Identity = ByteString.CopyFrom(segment.Identity.ToBytes()),
                            Machine = Bytes(segment.Machine),
                            Born = (ulong)segment.Born,
                            KeyGeneration = (uint)segment.KeyGeneration,
                        }
                    )
            ),
            nothing
        );
        yield return (
            "converts a point",
            Next(
                state,
                open =>
                    open.PointChanges.Add(
                        new PointChange
                        {
                            Id = Bytes(point.Id),
                            Kind = Kind.Full,
                            Incomplete = true,
                            Pin = (Pin)point.Pin,
                        }
                    )
            ),
            nothing
        );
        yield return (
            "takes it from its owner",
            Next(
                state,
                open =>
                    open.Owner = new Owner
                    {
                        Job = Bytes(JobId.New()),
                        Repository = Bytes(state.Home),
                        Server = "mine",
                    }
            ),
            nothing
        );
        yield return ("leaves it without owner", Next(state, open => open.Ownerless = true), nothing);
        yield return (
            "makes it another instance",
            Next(
                state,
                open =>
                    open.Continued = new Continued
                    {
                        Instance = Bytes(InstanceId.New()),
                        Repository = Bytes(state.Home),
                    }
            ),
            nothing
        );
        yield return (
            "changes the passwords",
            Next(
                state,
                open =>
                    open.Keys = new KeyListing
                    {
                        Number = 99,
                        Generation = (uint)(state.KeyList?.Generation ?? 0) + 1,
                        Hash = ByteString.CopyFrom(new byte[Digest.Size]),
                    }
            ),
            nothing
        );
        yield return (
            "protects for ever",
            Next(
                state,
                open =>
                {
                    open.Protections.Add(new Protection { Point = Bytes(point.Id), Until = 200_000_000_000_000 });
                    open.ProtectedTime = 1;
                }
            ),
            nothing
        );
        yield return (
            "forgets everything in a whole list",
            Next(
                state,
                open =>
                {
                    open.Whole = true;
                    open.Birth = new Birth
                    {
                        Origin = (Origin)state.Origin,
                        Job = Bytes(state.BornOf),
                        Repository = Bytes(state.BornIn),
                        Backup = state.Backup.IsEmpty ? ByteString.Empty : Bytes(state.Backup),
                    };
                    open.Keys = state.KeyList is not { } keys
                        ? null
                        : new KeyListing
                        {
                            Number = (uint)keys.Number,
                            Generation = (uint)keys.Generation,
                            Hash = ByteString.CopyFrom(keys.Hash.ToBytes()),
                        };
                }
            ),
            nothing
        );
    }

    private static Record Next(BackupState state, Action<Record> change)
    {
        var open = new Record
        {
            Number = (ulong)(state.Number + 1),
            Previous = ByteString.CopyFrom(state.Head.ToBytes()),
            Step = "attack",
        };
        change(open);
        return open;
    }

    private static ByteString Bytes<T>(Id<T> id) => ByteString.CopyFrom(id.ToBytes());
}
