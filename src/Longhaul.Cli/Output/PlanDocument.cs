using System.Text.Json.Serialization;

namespace Longhaul.Cli.Output;

/// <summary>What a run would do, as <c>job plan</c> prints it.</summary>
internal sealed record PlanDocument
{
    public required string Job { get; init; }
    public required string JobId { get; init; }
    public required IReadOnlyList<PlannedMachine> Machines { get; init; }
    public required IReadOnlyList<Removal> PointsToRemove { get; init; }
    public required long BytesToSend { get; init; }
    public required long BytesNeeded { get; init; }
    public required long? FreeBytes { get; init; }
    public required double? EstimatedSeconds { get; init; }
    public required bool NothingToDo { get; init; }

    /// <summary>What it would do for one machine.</summary>
    internal sealed record PlannedMachine
    {
        [JsonPropertyName("machine")]
        public required string Name { get; init; }
        public required string MachineId { get; init; }
        public required string? SourcePoint { get; init; }
        public required string? SourceBackup { get; init; }
        public required string? Baseline { get; init; }
        public required string BaselineFoundBy { get; init; }
        public required long ChangedBlocks { get; init; }
        public required long ChangedBytes { get; init; }
        public required long BytesToSend { get; init; }
        public required long FullTableBytes { get; init; }
        public required bool Exact { get; init; }
        public required bool Full { get; init; }
        public required string? Reason { get; init; }
        public required string? Code { get; init; }
        public required IReadOnlyList<Passed> PassedOver { get; init; }
    }

    /// <summary>A restore point that was passed over.</summary>
    internal sealed record Passed(string Point, DateTimeOffset Created, string Reason);

    /// <summary>A restore point the run would remove.</summary>
    internal sealed record Removal(string Id, DateTimeOffset Created, string Rule, string Machine);
}
