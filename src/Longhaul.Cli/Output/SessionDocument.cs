using System.Text.Json.Serialization;
using Longhaul.Catalog.Sessions;
using Longhaul.Cli.Values;

namespace Longhaul.Cli.Output;

/// <summary>A session, as <c>job run</c>, <c>session show</c> and <c>session list</c> print it.</summary>
internal sealed record SessionDocument
{
    public required string Id { get; init; }

    /// <summary>The id again: a session has no name of its own, and every object of a list has one.</summary>
    public required string Name { get; init; }
    public required string Job { get; init; }
    public required string JobId { get; init; }
    public required string State { get; init; }
    public required string? Message { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required DateTimeOffset? Ended { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<Task>? Machines { get; init; }

    /// <summary>How many restore points were removed.</summary>
    public required int PointsRemoved { get; init; }

    /// <summary>Which ones, and why.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required IReadOnlyList<Removed>? RemovedPoints { get; init; }
    public required long BytesCondemned { get; init; }
    public required long BytesReclaimed { get; init; }
    public required long BytesRead { get; init; }
    public required long BytesTransferred { get; init; }
    public required long BytesWritten { get; init; }
    public required string? Bottleneck { get; init; }

    /// <summary>Makes the document.</summary>
    /// <param name="session">The session.</param>
    /// <param name="whole">Whether with its nested lists.</param>
    public static SessionDocument Of(SessionRecord session, bool whole) =>
        new()
        {
            Id = session.Id.ToString(),
            Name = session.Id.ToString(),
            Job = session.Job,
            JobId = session.JobId.ToString(),
            State = JsonWords.Of(session.State),
            Message = session.Message,
            Started = session.StartedAt,
            Ended = session.EndedAt,
            Machines = whole ? [.. session.Tasks.Select(Task.Of)] : null,
            PointsRemoved = session.PointsRemoved,
            RemovedPoints = whole ? [.. session.RemovedPoints.Select(Removed.Of)] : null,
            BytesCondemned = session.BytesCondemned,
            BytesReclaimed = session.BytesReclaimed,
            BytesRead = session.BytesRead,
            BytesTransferred = session.BytesTransferred,
            BytesWritten = session.BytesWritten,
            Bottleneck = session.Bottleneck,
        };

    /// <summary>A restore point that was removed.</summary>
    internal sealed record Removed(string Id, DateTimeOffset Created, string Rule, string Machine)
    {
        /// <summary>Makes the document.</summary>
        /// <param name="point">The point.</param>
        public static Removed Of(RemovedPoint point) =>
            new(point.Id.ToString(), point.CreatedAt, point.Rule, point.Machine);
    }

    /// <summary>What was done for one machine.</summary>
    internal sealed record Task
    {
        public required string Machine { get; init; }
        public required string MachineId { get; init; }
        public required string? Point { get; init; }
        public required string? Kind { get; init; }
        public required string? BaselineFoundBy { get; init; }
        public required long BlocksChanged { get; init; }
        public required long BlocksDelta { get; init; }
        public required long BlocksKnown { get; init; }
        public required long BytesRead { get; init; }
        public required long BytesTransferred { get; init; }
        public required long BytesWritten { get; init; }
        public required bool Resumed { get; init; }
        public required string State { get; init; }
        public required string? Message { get; init; }
        public required string? Code { get; init; }

        /// <summary>Makes the document.</summary>
        /// <param name="task">The task.</param>
        public static Task Of(SessionTask task) =>
            new()
            {
                Machine = task.Machine,
                MachineId = task.MachineId.ToString(),
                Point = task.Point?.ToString(),
                Kind = task.Kind is { } kind ? JsonWords.Of(kind) : null,
                BaselineFoundBy = task.BaselineFoundBy,
                BlocksChanged = task.BlocksChanged,
                BlocksDelta = task.BlocksDelta,
                BlocksKnown = task.BlocksKnown,
                BytesRead = task.BytesRead,
                BytesTransferred = task.BytesTransferred,
                BytesWritten = task.BytesWritten,
                Resumed = task.Resumed,
                State = JsonWords.Of(task.State),
                Message = task.Message,
                Code = task.ErrorCode,
            };
    }
}
