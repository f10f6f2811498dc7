using Longhaul.Core.Mapping;

namespace Longhaul.Cli.Output;

/// <summary>Whether a backup may seed a job, as <c>job candidates</c> and <c>job map</c> print it.</summary>
internal sealed record VerdictDocument(
    string Backup,
    string BackupId,
    string Verdict,
    IReadOnlyList<VerdictDocument.Check> Checks,
    IReadOnlyList<VerdictDocument.JudgedMachine> Machines,
    IReadOnlyList<string> ForeignMachines,
    IReadOnlyList<VerdictDocument.Point> PointsToRemove
)
{
    /// <summary>Makes the document.</summary>
    /// <param name="verdict">The verdict.</param>
    public static VerdictDocument Of(MappingVerdict verdict) =>
        new(
            verdict.Backup,
            verdict.BackupId.ToString(),
            EngineWords.Of(verdict.Verdict),
            [
                .. verdict.Checks.Select(check => new Check(
                    check.Code,
                    EngineWords.Of(check.Verdict),
                    check.Message,
                    check.Hint
                )),
            ],
            [
                .. verdict.Machines.Select(machine => new JudgedMachine(
                    machine.Name,
                    machine.Machine.ToString(),
                    machine.SeedName,
                    machine.SeedMachine?.ToString(),
                    EngineWords.Of(machine.MatchedBy),
                    machine.Baseline?.ToString()
                )),
            ],
            verdict.ForeignMachines,
            [.. verdict.PointsToRemove.Select(point => new Point(point.Id.ToString(), point.CreatedAt))]
        );

    /// <summary>One check.</summary>
    internal sealed record Check(string Code, string Verdict, string Message, string Hint);

    /// <summary>One machine of the job.</summary>
    internal sealed record JudgedMachine(
        [property: System.Text.Json.Serialization.JsonPropertyName("machine")] string Name,
        string MachineId,
        string? SeedMachine,
        string? SeedMachineId,
        string? MatchedBy,
        string? Baseline
    );

    /// <summary>A point that retention would remove.</summary>
    internal sealed record Point(string Id, DateTimeOffset Created);
}
