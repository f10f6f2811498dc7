using Longhaul.Core.Mapping;
using Longhaul.Core.Selection;

namespace Longhaul.Core;

public static partial class Errors
{
    /// <summary>mapping.*: a backup may not seed a job; the code is the first refused check's.</summary>
    /// <param name="verdict">A refused verdict; it becomes the details, in the shape of the verdict document.</param>
    /// <exception cref="ArgumentException">The verdict refuses nothing.</exception>
    public static LonghaulException MappingRefused(MappingVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        var refusal =
            verdict.FirstRefusal ?? throw new ArgumentException("The verdict refuses nothing.", nameof(verdict));
        var retry = refusal.Code == MappingCodes.Busy ? Retry.Later : Retry.AfterOperator;
        return new(refusal.Code, retry, refusal.Message, refusal.Hint, details: Document(verdict));
    }

    /// <summary>usage.pair: a pair names a machine that is not there, or names one twice.</summary>
    /// <param name="machine">The job's machine that was named.</param>
    /// <param name="seedMachine">The seed's machine that was named.</param>
    public static LonghaulException UsagePair(MachineId machine, MachineId seedMachine) =>
        new(
            "usage.pair",
            Retry.Never,
            $"the pair {machine}={seedMachine} names a machine that is not there, or one that another pair names",
            "Name each machine of the job and of the seed at most once: --pair MACHINE=SEEDMACHINE.",
            details: new Dictionary<string, object?>
            {
                ["machine"] = machine.ToString(),
                ["seedMachine"] = seedMachine.ToString(),
            }
        );

    private static Dictionary<string, object?> Document(MappingVerdict verdict) =>
        new()
        {
            ["backup"] = verdict.Backup,
            ["backupId"] = verdict.BackupId.ToString(),
            ["verdict"] = Word(verdict.Verdict),
            ["checks"] = verdict.Checks.Select(Document).ToList(),
            ["machines"] = verdict.Machines.Select(Document).ToList(),
            ["pointsToRemove"] = verdict
                .PointsToRemove.Select(point => new Dictionary<string, object?>
                {
                    ["id"] = point.Id.ToString(),
                    ["created"] = Timestamp.Of(point.CreatedAt),
                })
                .ToList(),
        };

    private static Dictionary<string, object?> Document(MappingCheck check) =>
        new()
        {
            ["code"] = check.Code,
            ["verdict"] = Word(check.Verdict),
            ["message"] = check.Message,
            ["hint"] = check.Hint,
        };

    private static Dictionary<string, object?> Document(MappedMachine machine) =>
        new()
        {
            ["machine"] = machine.Name,
            ["machineId"] = machine.Machine.ToString(),
            ["seedMachine"] = machine.SeedName,
            ["seedMachineId"] = machine.SeedMachine?.ToString(),
            ["matchedBy"] = machine.MatchedBy switch
            {
                MatchedBy.Id => "id",
                MatchedBy.Name => "name",
                MatchedBy.Pair => "pair",
                _ => null,
            },
            ["baseline"] = machine.Baseline?.ToString(),
        };

    private static string Word(Verdict verdict) =>
        verdict switch
        {
            Verdict.Refused => "refused",
            Verdict.Warning => "warning",
            _ => "ok",
        };
}
