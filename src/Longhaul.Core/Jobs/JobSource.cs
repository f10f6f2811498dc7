namespace Longhaul.Core.Jobs;

/// <summary>One thing a job works on.</summary>
/// <param name="Kind">What <paramref name="Id"/> names.</param>
/// <param name="Id">Id of the machine, job or backup, 32 hex digits.</param>
/// <param name="Name">Its name when the job was defined; for people, never for finding it.</param>
/// <param name="Repository">Where a backup lies: a carried copy has the id of its original. Null for what is no backup.</param>
/// <threadsafety>Immutable.</threadsafety>
public sealed record JobSource(JobSourceKind Kind, string Id, string Name, RepositoryId? Repository = null);

/// <summary>What a job's source is.</summary>
public enum JobSourceKind
{
    /// <summary>A machine: backed up, or every backup of it looked through.</summary>
    Machine = 1,

    /// <summary>Another job: the backup it writes to.</summary>
    Job = 2,

    /// <summary>A backup, whoever made it.</summary>
    Backup = 3,
}
