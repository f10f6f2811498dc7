using Google.Protobuf;
using Longhaul.Core;
using Longhaul.Core.Backups;
using LogKind = Longhaul.Format.Log.Kind;
using LogOrigin = Longhaul.Format.Log.Origin;

namespace Longhaul.Storage.State;

/// <summary>Single fields out of messages that may be damaged: data.damaged names the record.</summary>
internal static class Fields
{
    /// <summary>A kind of point.</summary>
    internal static PointKind Kind(LogKind kind, string file) =>
        kind is LogKind.Full or LogKind.Increment or LogKind.ReverseIncrement
            ? (PointKind)kind
            : throw Errors.DataDamaged(file, 0, $"unknown kind of restore point {(int)kind}");

    /// <summary>An origin.</summary>
    internal static BackupOrigin Origin(LogOrigin origin, string file) =>
        origin is > LogOrigin.Unspecified and <= LogOrigin.AgentCopyManaged
            ? (BackupOrigin)origin
            : throw Errors.DataDamaged(file, 0, $"unknown origin {(int)origin}");

    /// <summary>An instant, in milliseconds since 1970.</summary>
    internal static DateTimeOffset Time(long milliseconds, string file) =>
        milliseconds is >= 0 and < 253_402_300_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw Errors.DataDamaged(file, 0, $"a time out of range ({milliseconds} ms)");

    /// <summary>An id that must be one.</summary>
    internal static Id<T> Id<T>(ByteString bytes, string file) =>
        Core.Id<T>.TryRead(bytes.Span, out var id) ? id : throw Errors.DataDamaged(file, 0, "an id that is none");

    /// <summary>A hash that must be one.</summary>
    internal static Digest Hash(ByteString bytes, string file) =>
        Digest.TryRead(bytes.Span, out var hash) ? hash : throw Errors.DataDamaged(file, 0, "a hash that is none");
}
