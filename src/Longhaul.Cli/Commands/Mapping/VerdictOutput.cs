using Longhaul.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Longhaul.Cli.Commands.Mapping;

/// <summary>Shows verdicts to people: what is not in order first, and then which machine is which.</summary>
internal static class VerdictOutput
{
    /// <summary>Rows of a table of candidates: one per check that is not ok, or one that says ok.</summary>
    /// <param name="verdict">The verdict.</param>
    public static IEnumerable<IReadOnlyList<string?>> Rows(VerdictDocument verdict)
    {
        var notable = verdict.Checks.Where(check => check.Verdict != "ok").ToArray();
        return notable.Length == 0
            ?
            [
                [verdict.Backup, verdict.Verdict, null, $"{verdict.Checks.Count} checks, all ok", null],
            ]
            : notable.Select(
                (check, i) =>
                    (IReadOnlyList<string?>)
                        [i == 0 ? verdict.Backup : "", check.Verdict, check.Code, check.Message, check.Hint]
            );
    }

    /// <summary>One verdict, whole.</summary>
    /// <param name="verdict">The verdict.</param>
    public static IRenderable Show(VerdictDocument verdict) =>
        new Rows(
            PeopleTables.Things(["Backup", "Verdict", "Check", "What", "What to do"], Rows(verdict), ""),
            PeopleTables.Things(
                ["Machine", "In the seed", "Matched by", "Baseline"],
                verdict.Machines.Select(machine =>
                    (IReadOnlyList<string?>)
                        [machine.Name, machine.SeedMachine, machine.MatchedBy, machine.Baseline?[..8] ?? "a full"]
                ),
                "The job has no machines."
            ),
            new Text(
                verdict.ForeignMachines.Count == 0
                    ? ""
                    : $"Left alone, since the job does not have them: {string.Join(", ", verdict.ForeignMachines)}\n"
            )
        );
}
