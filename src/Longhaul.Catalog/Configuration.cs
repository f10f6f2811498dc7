using Longhaul.Catalog.Naming;
using Longhaul.Catalog.Repositories;
using Longhaul.Core.Jobs;
using Longhaul.Core.Machines;

namespace Longhaul.Catalog;

/// <summary>Repositories, machines and jobs of an installation: what a configuration file holds.</summary>
/// <param name="Version">Version of the file's shape; 1.</param>
/// <param name="Repositories">The repositories.</param>
/// <param name="Machines">The machines.</param>
/// <param name="Jobs">The jobs, without secrets.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record Configuration(
    int Version,
    IReadOnlyList<RepositoryEntry> Repositories,
    IReadOnlyList<Machine> Machines,
    IReadOnlyList<JobDefinition> Jobs
)
{
    /// <summary>The version this program writes, and the only one it reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Finds what makes the configuration unusable.</summary>
    /// <returns>A short clause; null when nothing does.</returns>
    public string? FindFault()
    {
        if (Version != CurrentVersion)
        {
            return $"its version is {Version}, this program knows {CurrentVersion}";
        }

        // What is null is no name either.
        if (FindShapeFault() is { } fault)
        {
            return fault;
        }

        var names = Repositories
            .Select(entry => ("repository", entry.Name, entry.Id.ToString()))
            .Concat(Machines.Select(machine => ("machine", machine.Name, machine.Id.ToString())))
            .Concat(Jobs.Select(job => ("job", job.Name, job.Id.ToString())))
            .ToList();
        var bad = names.FirstOrDefault(thing => !EntryName.IsValid(thing.Name));
        if (bad != default)
        {
            return $"'{bad.Name}' cannot be the name of a {bad.Item1}";
        }

        return FindTwice(names.Select(thing => $"{thing.Item1} '{thing.Name}'"))
            ?? FindTwice(names.Select(thing => $"{thing.Item1} {thing.Item3}"))
            ?? FindDiskFault()
            ?? FindJobFault();
    }

    private string? FindShapeFault() =>
        Repositories.Any(entry =>
            entry is null or { Id.IsEmpty: true } or { Name: null } or { Location: null } or { Traits.Remarks: null }
        )
            ? "a repository lacks what it must have"
            : Machines.Select(JobShape.ProblemOf).Concat(Jobs.Select(JobShape.ProblemOf)).FirstOrDefault(IsThere);

    private static bool IsThere(string? problem) => problem is not null;

    private static string? FindTwice(IEnumerable<string> things) =>
        things.GroupBy(thing => thing).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"{twice.Key} stands twice"
            : null;

    private string? FindDiskFault() =>
        Machines.FirstOrDefault(machine =>
            machine.Disks.Count == 0 || machine.Disks.DistinctBy(disk => disk.Id).Count() != machine.Disks.Count
        )
            is { } machine
            ? $"machine '{machine.Name}' has no disk, or two with one identity"
            : null;

    private string? FindJobFault() =>
        Jobs.FirstOrDefault(job => job.Sources.Count == 0) is { } idle ? $"job '{idle.Name}' has no source"
        : Jobs.FirstOrDefault(job => Repositories.All(entry => entry.Id != job.Repository)) is { } lost
            ? $"the repository of job '{lost.Name}' is not in the file"
        : null;
}
